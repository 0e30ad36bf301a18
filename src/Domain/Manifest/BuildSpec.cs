using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>How an image is made from the source archive.</summary>
/// <param name="Path">Context folder: relative, inside the archive (S18), <c>/</c> between parts; <c>.</c> for the
/// root.</param>
/// <param name="Manifest">Dockerfile, relative to the context, inside the archive. Default <c>Dockerfile</c>.</param>
/// <param name="Args">Build arguments by name. May hold interpolated secrets.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.build")]
public sealed record BuildSpec(string Path, string Manifest, ImmutableSortedDictionary<string, string> Args)
{
    /// <summary>Without the values of arguments.</summary>
    public override string ToString() => $"build {Path} with {Manifest}";
}
