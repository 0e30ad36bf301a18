using System.Collections.Immutable;

namespace Palisade.Web.Components.Keys;

/// <summary>What the page shows. Pure: what was read in, state out.</summary>
public sealed record KeysPageState
{
    /// <summary>More rows are not drawn; a part of the name finds them.</summary>
    public const int Most = 100;

    /// <summary>Part of a name, "" for all.</summary>
    public string Search { get; init; } = "";

    /// <summary>By name; null: not read yet.</summary>
    public ImmutableArray<KeyRow>? Keys { get; init; }

    /// <summary>Why what is shown may be old; null: it is not.</summary>
    public string? Problem { get; init; }

    public ImmutableArray<KeyRow> Shown => [.. Found.Take(Most)];

    /// <summary>How many are found and not shown.</summary>
    public int More => Found.Count() - Shown.Length;

    /// <summary>Worth a field only when the list is longer than a glance.</summary>
    public bool OffersSearch => Keys?.Length > 8 || Search.Length > 0;

    private IEnumerable<KeyRow> Found =>
        (Keys ?? []).Where(row => row.Key.Spec.Name.Contains(Search, StringComparison.OrdinalIgnoreCase));

    public KeysPageState Searching(string? search) => this with { Search = search?.Trim() ?? "" };

    public KeysPageState Loaded(ImmutableArray<KeyRow> keys) => this with { Keys = keys, Problem = null };

    public KeysPageState Troubled(string problem) => this with { Problem = problem };
}
