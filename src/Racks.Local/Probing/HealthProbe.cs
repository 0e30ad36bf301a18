using System.Net;

namespace Palisade.Racks.Local.Probing;

/// <summary>
/// What proves that a process is healthy. With <see cref="Path"/>: a GET answered with 200 to 399; without: an accepted
/// TCP connection.
/// </summary>
public sealed record HealthProbe(IPEndPoint Target)
{
    /// <summary>Path and query, starting with <c>/</c>; null for a plain TCP connection.</summary>
    public string? Path { get; init; }

    /// <summary>TLS to the process, its own certificate unverified.</summary>
    public bool Tls { get; init; }

    /// <summary>The Host header; null sends the address and port.</summary>
    public string? Host { get; init; }

    /// <summary>For one probe, from the connection to the status. Default: 4 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);
}
