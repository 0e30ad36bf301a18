using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>
/// A parsed, defaulted and validated <c>convox.yml</c> (convox-wire.md 6). Order is that of the file.
/// SECURITY: values are interpolated, so this may hold secrets (S22): it is made from the stored text when needed and
/// never stored itself.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.app")]
public sealed record AppManifest
{
    [Id(0)]
    public required ImmutableArray<ServiceSpec> Services { get; init; }

    [Id(1)]
    public required ImmutableArray<ResourceSpec> Resources { get; init; }

    [Id(2)]
    public required ImmutableArray<TimerSpec> Timers { get; init; }

    [Id(3)]
    public required ImmutableArray<BalancerSpec> Balancers { get; init; }

    /// <summary>Declarations at top level. Each service's own list already contains them.</summary>
    [Id(4)]
    public required ImmutableArray<EnvironmentDeclaration> Environment { get; init; }

    /// <summary>Labels at top level. Each service's own labels already contain them.</summary>
    [Id(5)]
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Kept; no meaning is given to them.</summary>
    [Id(6)]
    public required ImmutableSortedDictionary<string, string> Params { get; init; }

    /// <summary>
    /// Keys of newer versions of the format that are understood but not modelled (convox-wire.md appendix B), as paths.
    /// </summary>
    [Id(7)]
    public required ImmutableArray<string> NewerKeys { get; init; }

    /// <summary>Line and column of every known key that was written, by path.</summary>
    [Id(8)]
    public required ImmutableDictionary<string, ManifestPlace> Places { get; init; }

    /// <summary>What had no effect.</summary>
    [Id(9)]
    public required ImmutableArray<ManifestProblem> Warnings { get; init; }

    /// <summary>The service of that name, or null.</summary>
    public ServiceSpec? Service(string name) => Services.FirstOrDefault(s => s.Name == name);

    /// <summary>The place of a key, or of the nearest written key above it, or line 1.</summary>
    public ManifestPlace PlaceOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var key = path; key.Length > 0; key = key[..Math.Max(0, key.LastIndexOf('.'))])
        {
            if (Places.TryGetValue(key, out var place))
            {
                return place;
            }
        }

        return new(1, 1);
    }

    /// <summary>Counts only, since values may be secret.</summary>
    public override string ToString() => $"manifest of {Services.Length} services";
}
