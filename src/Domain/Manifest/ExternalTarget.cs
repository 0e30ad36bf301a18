using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>An external metric to follow.</summary>
/// <param name="Name">Metric name.</param>
/// <param name="AverageValue">Per process, as written; null for none.</param>
/// <param name="Value">In total, as written; null for none.</param>
/// <param name="MatchLabels">Which series.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.external-target")]
public sealed record ExternalTarget(
    string Name,
    string? AverageValue,
    string? Value,
    ImmutableSortedDictionary<string, string> MatchLabels
);
