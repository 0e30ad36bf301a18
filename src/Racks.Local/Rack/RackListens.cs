using System.Collections.Immutable;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Where a rack's router answers: plain HTTP, and TLS with the rack's own CA where a port was given for it.
/// </summary>
internal sealed record RackListens(ImmutableArray<RouterBind> Plain, ImmutableArray<RouterBind> Tls)
{
    private const string Loopback = "127.0.0.1";

    public static RackListens Of(LocalRackOptions options) =>
        new(
            [new RouterBind(Loopback, options.RouterPort)],
            options.RouterTlsPort > 0 ? [new RouterBind(Loopback, options.RouterTlsPort)] : []
        );
}
