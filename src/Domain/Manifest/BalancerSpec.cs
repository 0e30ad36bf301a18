using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>A balancer of its own for ports of a service.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.balancer")]
public sealed record BalancerSpec
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its key's path for messages.</summary>
    [Id(1)]
    public required string Path { get; init; }

    [Id(2)]
    public required string Service { get; init; }

    /// <summary>At least one.</summary>
    [Id(3)]
    public required ImmutableArray<BalancerPort> Ports { get; init; }

    /// <summary>Address ranges in CIDR form; empty for all.</summary>
    [Id(4)]
    public required ImmutableArray<string> Whitelist { get; init; }

    [Id(5)]
    public required ImmutableSortedDictionary<string, string> Annotations { get; init; }
}
