using System.Net;

namespace Palisade.Racks.Local.Probing;

/// <summary>
/// What proves that a process is healthy. With <see cref="Path"/>: a GET answered with 200 to 399; without: an accepted TCP connection.
/// </summary>
public sealed record HealthProbe(IPEndPoint Target)
{
    /// <summary>Path and query, starting with <c>/</c>; null for a plain TCP connection.</summary>
    public string? Path { get; init; }

    /// <summary>TLS to the process, its own certificate unverified.</summary>
    public bool Tls { get; init; }

    /// <summary>The Host header; null sends the address and port.</summary>
    public string? Host { get; init; }

    /// <summary>Between the starts of two probes (convox.yml <c>health.interval</c>). Default: 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For one probe, from the connection to the status. Default: 4 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>After the start, failures within this time do not count (convox.yml <c>health.grace</c>). Default: 5 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until the first success, probes come this often, so that a quick start is seen quickly. Default: 100 ms.</summary>
    public TimeSpan StartInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Successes in a row that make it healthy. Default: 1.</summary>
    public int HealthyThreshold { get; init; } = 1;

    /// <summary>Failures in a row, after the grace, that make it unhealthy. Default: 3.</summary>
    public int UnhealthyThreshold { get; init; } = 3;
}
