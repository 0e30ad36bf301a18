using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>A custom metric to follow.</summary>
/// <param name="Metric"><c>namespace/name</c>.</param>
/// <param name="Aggregate">How values are combined; empty for the default.</param>
/// <param name="Value">The value to keep, as written.</param>
/// <param name="Dimensions">By name.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.custom-target")]
public sealed record CustomTarget(
    string Metric,
    string Aggregate,
    string Value,
    ImmutableSortedDictionary<string, string> Dimensions
);
