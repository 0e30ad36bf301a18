using System.Collections.Immutable;

namespace Palisade.Racks;

/// <summary>What builds left on a rack and has been removed.</summary>
/// <param name="Bases">Names of images that were pulled for builds.</param>
/// <param name="Layers">How many layers that no image was made of.</param>
public sealed record LeftImages(ImmutableArray<string> Bases, int Layers)
{
    public static LeftImages None { get; } = new([], 0);

    public bool IsNothing => Bases.IsEmpty && Layers == 0;
}
