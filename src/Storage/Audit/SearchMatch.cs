using System.Collections.Immutable;

namespace Palisade.Storage.Audit;

/// <summary>What a record has to have: of each group of facets' tokens one, and all of the words.</summary>
internal sealed record SearchMatch(
    ImmutableArray<ImmutableArray<string>> Facets,
    ImmutableArray<(string Word, bool IsBeginning)> Words
)
{
    /// <summary>Nothing is asked for but times.</summary>
    public bool IsEmpty => Facets.IsEmpty && Words.IsEmpty;
}
