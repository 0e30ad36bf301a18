namespace Palisade.Domain.Manifest;

/// <summary>The check by which a process is known to be healthy. Times are in seconds.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.health")]
public sealed record HealthSpec
{
    /// <summary>Path and query to GET: RFC 3986 characters without quotes, at most 512. Default <c>/</c>.</summary>
    [Id(0)]
    public required string Path { get; init; }

    /// <summary>Between checks. Default 5.</summary>
    [Id(1)]
    public required int Interval { get; init; }

    /// <summary>For an answer. Default interval − 1, at least 1.</summary>
    [Id(2)]
    public required int Timeout { get; init; }

    /// <summary>After the start before failures count. Default the interval.</summary>
    [Id(3)]
    public required int Grace { get; init; }

    /// <summary>No check at all. Default false.</summary>
    [Id(4)]
    public required bool Disable { get; init; }
}
