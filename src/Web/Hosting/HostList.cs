using Microsoft.Extensions.Options;

namespace Palisade.Web.Hosting;

/// <summary>
/// The names that are served (S03): loopback names and what the operator configured. Ports are not compared.
/// </summary>
public sealed class HostList(IOptions<WebOptions> options)
{
    private readonly string[] _exact =
    [
        "localhost",
        "127.0.0.1",
        "[::1]",
        .. options.Value.Hosts.Where(h => !h.StartsWith("*.", StringComparison.Ordinal)),
    ];
    private readonly string[] _suffixes =
    [
        .. options.Value.Hosts.Where(h => h.StartsWith("*.", StringComparison.Ordinal)).Select(h => h[1..]),
    ];

    /// <summary>Whether a <c>Host</c> header names this server; case and one trailing dot don't matter.</summary>
    public bool Serves(HostString host)
    {
        var name = host.Host;
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        return name.Length > 0
            && (
                Array.Exists(_exact, e => e.Equals(name, StringComparison.OrdinalIgnoreCase))
                || Array.Exists(
                    _suffixes,
                    s => name.Length > s.Length && name.EndsWith(s, StringComparison.OrdinalIgnoreCase)
                )
            );
    }
}
