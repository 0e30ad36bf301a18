using System.Collections.Immutable;

namespace Palisade.Web.Components.Racks;

/// <summary>What the page shows. Pure: what was read in, state out.</summary>
public sealed record RacksPageState
{
    public RacksQuery Query { get; init; } = RacksQuery.All;

    /// <summary>By name; null: not read yet.</summary>
    public ImmutableArray<RackRow>? Racks { get; init; }

    /// <summary>Why what is shown may be old; null: it is not.</summary>
    public string? Problem { get; init; }

    public ImmutableArray<RackRow> Shown => Racks is { } racks ? [.. racks.Where(Query.Matches)] : [];

    public ImmutableArray<string> Environments =>
        [.. (Racks ?? []).Select(r => r.Rack.Environment).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Worth a field only when the list is longer than a glance.</summary>
    public bool OffersSearch => Racks?.Length > 8 || Query != RacksQuery.All;

    public RacksPageState Loaded(ImmutableArray<RackRow> racks) => this with { Racks = racks, Problem = null };

    public RacksPageState Troubled(string problem) => this with { Problem = problem };

    /// <summary>
    /// Names that contain this rack's name or are contained in it: the client's <c>-r</c> takes parts of names
    /// (console.md 19).
    /// </summary>
    public ImmutableArray<string> Alike(RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var name = row.Rack.Name;
        return
        [
            .. (Racks ?? [])
                .Select(r => r.Rack.Name)
                .Where(other =>
                    other != name
                    && (
                        other.Contains(name, StringComparison.Ordinal) || name.Contains(other, StringComparison.Ordinal)
                    )
                ),
        ];
    }
}
