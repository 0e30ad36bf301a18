using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>What autoscaling follows.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.scale-targets")]
public sealed record ScaleTargets
{
    /// <summary>Percent of the requested CPU.</summary>
    [Id(0)]
    public int? Cpu { get; init; }

    /// <summary>Percent of the requested memory.</summary>
    [Id(1)]
    public int? Memory { get; init; }

    /// <summary>Requests a minute for each process.</summary>
    [Id(2)]
    public int? Requests { get; init; }

    [Id(3)]
    public required ImmutableArray<CustomTarget> Custom { get; init; }

    [Id(4)]
    public required ImmutableArray<ExternalTarget> External { get; init; }

    public bool Any => Cpu > 0 || Memory > 0 || Requests > 0 || !Custom.IsEmpty || !External.IsEmpty;
}
