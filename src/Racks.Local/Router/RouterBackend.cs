using System.Collections.Immutable;

namespace Palisade.Racks.Local.Router;

/// <summary>A service's port as the router sees it.</summary>
public sealed record RouterBackend
{
    /// <summary>Made from ids, unique in the model: letters, digits, <c>-</c> and <c>_</c>, at most 100.</summary>
    public required string Key { get; init; }

    /// <summary>For people, in the 503 text: lower-case letters, digits, <c>-</c> and <c>.</c>, at most 128.</summary>
    public required string ServiceName { get; init; }

    /// <summary>
    /// Exact host names as <see cref="RouterHostName"/> normalises them;
    /// empty for a service without an external route. At most 200.
    /// The first is the Host of the router's health checks, so changing it is a reload; the others change at run time.
    /// </summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>
    /// The service's private address in the rack, when it has one. A <see cref="RouterMode.Tcp"/> one excludes hosts.
    /// </summary>
    public RouterListen? Listen { get; init; }

    /// <summary>
    /// How long a server has to answer its health check, 1 to 3,600 (HAProxy knows one time for all of a backend). Null
    /// asks none of them: it is only checked that their ports accept connections.
    /// </summary>
    public int? CheckTimeoutSeconds { get; init; }

    /// <summary>
    /// Silence of a server after which a request fails, in seconds, 1 to 86,400 (convox.yml <c>timeout</c>).
    /// </summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Processes that take requests. At most 500.</summary>
    public ImmutableArray<RouterServer> Servers { get; init; } = [];
}
