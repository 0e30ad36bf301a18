namespace Palisade.Domain.Manifest;

/// <summary>How many processes, and how big.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.scale")]
public sealed record ScaleSpec
{
    /// <summary>Fewest processes, 0 to 1000. Default 1.</summary>
    [Id(0)]
    public required int Min { get; init; }

    /// <summary>Most processes, at least <see cref="Min"/>. Default 1.</summary>
    [Id(1)]
    public required int Max { get; init; }

    /// <summary>Thousandths of a CPU. Default 256, or the limit; 0 (none asked) with a GPU.</summary>
    [Id(2)]
    public required int CpuMillis { get; init; }

    /// <summary>MiB. Default 512, or the limit; 0 (none asked) with a GPU.</summary>
    [Id(3)]
    public required int MemoryMiB { get; init; }

    /// <summary>Thousandths of a CPU, at least the request; null for none.</summary>
    [Id(4)]
    public int? CpuLimitMillis { get; init; }

    /// <summary>MiB, at least the request; null for none.</summary>
    [Id(5)]
    public int? MemoryLimitMiB { get; init; }

    [Id(6)]
    public GpuSpec? Gpu { get; init; }

    [Id(7)]
    public ScaleTargets? Targets { get; init; }

    /// <summary>The number of processes follows load: a range and something to follow.</summary>
    public bool Autoscales => Min != Max && Targets is { Any: true };
}
