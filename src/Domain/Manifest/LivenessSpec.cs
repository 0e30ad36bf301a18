namespace Palisade.Domain.Manifest;

/// <summary>The check by which a process that no longer works is restarted. Times are in seconds.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.liveness")]
public sealed record LivenessSpec
{
    [Id(0)]
    public required string Path { get; init; }

    /// <summary>Default 10.</summary>
    [Id(1)]
    public required int Grace { get; init; }

    /// <summary>Default 5.</summary>
    [Id(2)]
    public required int Interval { get; init; }

    /// <summary>Default 5.</summary>
    [Id(3)]
    public required int Timeout { get; init; }

    /// <summary>Default 1.</summary>
    [Id(4)]
    public required int SuccessThreshold { get; init; }

    /// <summary>Default 3.</summary>
    [Id(5)]
    public required int FailureThreshold { get; init; }
}
