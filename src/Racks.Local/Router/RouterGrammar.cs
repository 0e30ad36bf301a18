using System.Net;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The closed grammars of every value that is written to HAProxy. SECURITY: S27; a value that does not match refuses
/// the whole model, nothing is escaped or cut. No pattern admits white space, quotes, backslash, <c>#</c>, <c>$</c> or
/// a control character.
/// </summary>
internal static partial class RouterGrammar
{
    public static Problem? Check(RouterModel model)
    {
        var seen = new RouterUniqueness();
        if (model.Binds.IsDefaultOrEmpty || model.Binds.Length + model.TlsBinds.Length > 64)
        {
            return Bad("the router needs 1 to 64 addresses to listen on");
        }

        if (model.TlsBinds.IsDefault || model.Backends.IsDefault || model.Backends.Length > 2_000)
        {
            return Bad("a router has at most 2000 backends");
        }

        foreach (var bind in model.Binds.Concat(model.TlsBinds))
        {
            if (CheckListen(bind?.Address, bind?.Port ?? 0, seen) is { } problem)
            {
                return problem;
            }
        }

        foreach (var backend in model.Backends)
        {
            if (CheckBackend(backend, seen) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>A user or group name for <c>user</c> and <c>group</c>.</summary>
    public static bool IsUser(string user) => UserPattern().IsMatch(user);

    public static bool IsToken(string? token) => token is not null && TokenPattern().IsMatch(token);

    private static Problem? CheckBackend(RouterBackend? backend, RouterUniqueness seen)
    {
        if (backend is null || !IsToken(backend.Key) || !seen.Backends.Add(backend.Key))
        {
            return Bad("a backend's key is not a unique name of letters, digits, - and _");
        }

        if (backend.ServiceName is null || !ServicePattern().IsMatch(backend.ServiceName))
        {
            return Bad("a service's name is not made of lower-case letters, digits, - and .");
        }

        if (
            backend.Hosts.IsDefault
            || backend.Hosts.Length > 200
            || backend.Servers.IsDefault
            || backend.Servers.Length > 500
        )
        {
            return Bad($"{backend.ServiceName} has more than 200 host names or 500 processes");
        }

        if (backend.TimeoutSeconds is < 1 or > 86_400)
        {
            return Bad($"the timeout of {backend.ServiceName} is not between 1 and 86400 seconds");
        }

        foreach (var host in backend.Hosts)
        {
            if (!RouterHostName.IsNormal(host))
            {
                return Bad($"a host name of {backend.ServiceName} is not a normal host name");
            }

            if (!seen.Hosts.Add(host))
            {
                return new Conflict("router.host_taken", $"The host name {host} is asked for twice");
            }
        }

        return CheckPrivateAddress(backend, seen) ?? CheckServers(backend);
    }

    private static Problem? CheckPrivateAddress(RouterBackend backend, RouterUniqueness seen) =>
        backend.Listen switch
        {
            null => null,
            { Mode: RouterMode.Tcp } when !backend.Hosts.IsEmpty => Bad(
                $"{backend.ServiceName} cannot have host names on a tcp port"
            ),
            { Mode: var mode } when !Enum.IsDefined(mode) => Bad($"the mode of {backend.ServiceName} is not known"),
            { Address: var address, Port: var port } => CheckListen(address, port, seen),
        };

    private static Problem? CheckHealth(RouterBackend backend, RouterServer server) =>
        server.HealthCheck switch
        {
            null => null,
            _ when backend.CheckTimeoutSeconds is null => Bad($"{backend.ServiceName} has checks without a time limit"),
            { Path: null } => Bad($"a health path of {backend.ServiceName} is missing"),
            { Path: var path } when path.Length > 255 || !PathPattern().IsMatch(path) => Bad(
                $"a health path of {backend.ServiceName} is not a plain path that starts with /"
            ),
            { IntervalSeconds: < 1 or > 3_600 } => Bad(
                $"a health interval of {backend.ServiceName} is not between 1 and 3600 seconds"
            ),
            _ => null,
        };

    private static Problem? CheckServers(RouterBackend backend)
    {
        if (backend.CheckTimeoutSeconds is < 1 or > 3_600)
        {
            return Bad($"the health timeout of {backend.ServiceName} is not between 1 and 3600 seconds");
        }

        if (backend is { Listen.Mode: RouterMode.Tcp, CheckTimeoutSeconds: not null })
        {
            return Bad($"{backend.ServiceName} cannot be asked over HTTP on a tcp port");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var server in backend.Servers)
        {
            if (server is null || !IsToken(server.Name) || !names.Add(server.Name))
            {
                return Bad($"a process of {backend.ServiceName} has no unique name of letters, digits, - and _");
            }

            if (!IsAddress(server.Address) || server.Port is < 1 or > 65_535)
            {
                return Bad($"a process of {backend.ServiceName} has no valid address and port");
            }

            if (CheckHealth(backend, server) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? CheckListen(string? address, int port, RouterUniqueness seen)
    {
        if (!IsAddress(address) || port is < 1 or > 65_535)
        {
            return Bad("an address to listen on is not a literal IP address and port");
        }

        return seen.Listens.Add((address!, port))
            ? null
            : new Conflict(
                "router.address_taken",
                $"The address {HaproxyConfig.EndPoint(address!, port)} is asked for twice"
            );
    }

    // The canonical form only: "1", "0177.1" and "fe80::1%eth0" are addresses to some parsers and are refused here.
    private static bool IsAddress(string? address) =>
        address is { Length: <= 45 }
        && IPAddress.TryParse(address, out var parsed)
        && string.Equals(parsed.ToString(), address, StringComparison.Ordinal)
        && AddressPattern().IsMatch(address);

    private static Invalid Bad(string what) => new("router.invalid_model", $"The routing was refused: {what}");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServicePattern();

    [GeneratedRegex(@"\A/(?:[A-Za-z0-9._~/=&?:@+,-]|%[0-9A-Fa-f]{2})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\A[0-9a-f:.]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserPattern();
}
