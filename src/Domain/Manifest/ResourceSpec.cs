using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>A resource of the app (convox-wire.md 6.5).</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.resource")]
public sealed record ResourceSpec
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its key's path for messages.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary><c>postgres</c>, <c>redis</c>, … ; what a rack offers is its own.</summary>
    [Id(2)]
    public required string Type { get; init; }

    [Id(3)]
    public ImageReference? Image { get; init; }

    /// <summary>Scalars as text. May hold interpolated secrets.</summary>
    [Id(4)]
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>
    /// The variable whose value in the release's environment replaces the resource (<c>MAIN_DB_URL</c>).
    /// </summary>
    public string UrlVariable => Name.ToUpperInvariant().Replace('-', '_') + "_URL";

    /// <summary>Name and type only, since options may be secret.</summary>
    public override string ToString() => $"resource {Name} ({Type})";
}
