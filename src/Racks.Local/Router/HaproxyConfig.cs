using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// Renders a model as HAProxy 2.6 configuration: pure, deterministic, and refusing any value outside
/// <see cref="RouterGrammar"/>. Paths are relative: HAProxy runs in the rack's router folder.
/// </summary>
public static partial class HaproxyConfig
{
    /// <summary>How long a client's connection may be silent before or between requests.</summary>
    internal static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    // How servers are written is part of the structure, so that a Palisade that writes them otherwise reloads.
    private static readonly RouterBackend Fullest = new()
    {
        Key = "",
        ServiceName = "",
        CheckTimeoutSeconds = 1,
        Servers = [new RouterServer("", "", 0) { Tls = true, HealthCheck = new RouterHealthCheck("/", 1) }],
    };

    private const string Text = "content-type \"text/plain; charset=utf-8\" string";

    /// <summary>
    /// The files of a model. <paramref name="user"/>: see <see cref="RouterOptions.User"/>;
    /// <paramref name="certificate"/>: a fingerprint (hex) of the TLS certificate, so that a new one is a change.
    /// Problems: <c>router.invalid_model</c>, <c>router.host_taken</c>, <c>router.address_taken</c>.
    /// </summary>
    public static Result<RouterFiles> Render(RouterModel model, string? user = null, string? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (RouterGrammar.Check(model) is { } problem)
        {
            return problem;
        }

        if (user is not null && !RouterGrammar.IsUser(user))
        {
            return new Invalid("router.invalid_model", "The routing was refused: the router's user is not a user name");
        }

        var backends = model.Backends.OrderBy(backend => backend.Key, StringComparer.Ordinal).ToArray();
        var structure = Structure(model, backends, user, "", withServers: false);
        var fingerprint = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{certificate}\n{structure}"))
        );
        return new RouterFiles(
            Structure(model, backends, user, fingerprint, withServers: true),
            HostMap(backends),
            CheckMap(backends),
            fingerprint
        );
    }

    /// <summary>The backend's name in HAProxy.</summary>
    internal static string BackendName(string key) => $"b-{key}";

    /// <summary><c>address:port</c>, IPv6 in brackets.</summary>
    internal static string EndPoint(string address, int port) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}"
        );

    private static string HostMap(RouterBackend[] backends)
    {
        var lines = backends.SelectMany(backend =>
            backend.Hosts.Select(host => $"{host} {BackendName(backend.Key)}\n")
        );
        return string.Concat(lines.Order(StringComparer.Ordinal));
    }

    private static string CheckMap(RouterBackend[] backends)
    {
        var lines = backends.SelectMany(backend =>
            backend
                .Servers.Where(server => server.HealthCheck is not null)
                .Select(server => $"{BackendName(backend.Key)}/{server.Name} {server.HealthCheck!.Path}\n")
        );
        return string.Concat(lines.Order(StringComparer.Ordinal));
    }

    private static string Structure(
        RouterModel model,
        RouterBackend[] backends,
        string? user,
        string fingerprint,
        bool withServers
    )
    {
        var config = new StringBuilder();
        Global(config, user, fingerprint);
        Defaults(config);
        Frontend(config, model, backends);
        foreach (var backend in backends)
        {
            PrivateFrontend(config, backend);
            Backend(config, backend, withServers);
        }

        return config.ToString();
    }

    // noreuseport: two routers on one port would each get half of its requests. A reload hands the sockets over.
    private static void Global(StringBuilder config, string? user, string fingerprint)
    {
        config.Append(
            $"""
            # Written by Palisade from its routing model; changes made here are lost.
            # A server at most: {ServerOptions(Fullest, Fullest.Servers[0])}
            global
                description {fingerprint}
                stats socket unix@{RouterFolder.AdminSocket} mode 600 level admin expose-fd listeners
                stats timeout 1m
                server-state-file {RouterFolder.StateFile}
                hard-stop-after 1h
                mworker-max-reloads 32
                noreuseport
                no strict-limits
                maxconn 4096
                ssl-default-bind-options ssl-min-ver TLSv1.2

            """
        );
        if (user is not null)
        {
            config.Append(CultureInfo.InvariantCulture, $"    user {user}\n    group {user}\n");
        }
    }

    // Errors are plain text: a person with curl reads them. idle-close-on-response: a reload must not cut a keep-alive
    // connection just as its next request arrives.
    private static void Defaults(StringBuilder config) =>
        config.Append(
            CultureInfo.InvariantCulture,
            $"""

            defaults
                mode http
                timeout connect 3s
                timeout queue 10s
                timeout http-request {IdleLimit.TotalSeconds}s
                timeout http-keep-alive {IdleLimit.TotalSeconds}s
                timeout client-fin 30s
                retries 3
                option redispatch 1
                option idle-close-on-response
                option http-restrict-req-hdr-names delete
                load-server-state-from-file global
                http-error status 400 {Text} "The router could not read this request.\n"
                http-error status 408 {Text} "The request did not arrive in time.\n"
                http-error status 502 {Text} "The service closed the connection without a valid answer.\n"
                http-error status 504 {Text} "The service did not answer in time.\n"

            """
        );

    private static void Frontend(StringBuilder config, RouterModel model, RouterBackend[] backends)
    {
        config.Append("\nfrontend f-router\n");
        foreach (var bind in model.Binds)
        {
            config.Append(CultureInfo.InvariantCulture, $"    bind {EndPoint(bind.Address, bind.Port)}\n");
        }

        foreach (var bind in model.TlsBinds)
        {
            config.Append(
                CultureInfo.InvariantCulture,
                $"    bind {EndPoint(bind.Address, bind.Port)} ssl crt {RouterFolder.CertificateFile} alpn h2,http/1.1\n"
            );
        }

        var longest = backends.Select(backend => backend.TimeoutSeconds).Append(60).Max();
        // SECURITY: S27; one exact name decides, and there is no default backend.
        // A name unknown to a worker that a reload has replaced may be known to the next one: the client is made to
        // connect again.
        config.Append(
            CultureInfo.InvariantCulture,
            $$"""
                timeout client {{longest}}s
                http-request return status 400 {{Text}} "A request needs exactly one Host.\n" unless { req.hdr_cnt(host) eq 1 }
                http-request set-var(txn.host) req.hdr(host),lower,regsub(:[0-9]+$,),regsub(\.$,)
                http-request set-var(txn.backend) var(txn.host),map_str({{RouterFolder.HostMapFile}})
                http-request return status 404 {{Text}} "No service answers to this host name here.\n" hdr Connection close unless { var(txn.backend) -m found }

            """
        );
        Forwarded(config);
        config.Append("    use_backend %[var(txn.backend)]\n");
    }

    // SECURITY: what a client says about where it comes from is dropped before ours is written.
    private static void Forwarded(StringBuilder config) =>
        config.Append(
            """
                http-request del-header x-forwarded- -m beg
                http-request del-header forwarded
                http-request del-header proxy
                http-request set-header X-Real-IP %[src]
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
                http-request set-header X-Forwarded-Port %[dst_port]
                http-request set-header X-Forwarded-Proto https if { ssl_fc }
                http-request set-header X-Forwarded-Proto http unless { ssl_fc }

            """
        );
}
