using System.Collections.Immutable;

namespace Palisade.Web.Components.Apps;

/// <summary>What the page shows. Pure: changes in, state out.</summary>
public sealed record AppsPageState
{
    public required string Org { get; init; }

    public AppsQuery Query { get; init; } = AppsQuery.All;

    /// <summary>By name.</summary>
    public ImmutableArray<RackGroup> Racks { get; init; } = [];

    /// <summary>By <c>rack/app</c>.</summary>
    public ImmutableSortedDictionary<string, AppRow> Apps { get; init; } =
        ImmutableSortedDictionary.Create<string, AppRow>(StringComparer.Ordinal);

    public bool IsLoaded { get; init; }

    public string? Problem { get; init; }

    public SampleProgress? Sample { get; init; }

    /// <summary>Racks of the query, each with its apps in order of their names.</summary>
    public IEnumerable<(RackGroup Rack, ImmutableArray<AppRow> Apps)> Sections =>
        from rack in Racks
        where Query.Rack.Length == 0 || rack.Rack.Name == Query.Rack
        select (rack, Apps.Values.Where(a => a.App.Rack == rack.Rack.Name && Matches(a)).ToImmutableArray());

    public bool IsEmpty => IsLoaded && Apps.IsEmpty;

    /// <summary>Worth a field only when the list is longer than a glance.</summary>
    public bool OffersSearch => Apps.Count > 8 || Query != AppsQuery.All;

    public static AppsPageState Reduce(AppsPageState state, AppsChange change)
    {
        ArgumentNullException.ThrowIfNull(state);
        return change switch
        {
            AppsChange.Loaded e => state with
            {
                Racks = e.Racks,
                Apps = e.Apps.ToImmutableSortedDictionary(a => a.Key, a => a, StringComparer.Ordinal),
                IsLoaded = true,
                Problem = null,
            },
            AppsChange.Seen e => state with { Apps = state.Apps.SetItem(e.App.Key, e.App), Problem = null },
            AppsChange.Gone e => state with { Apps = state.Apps.Remove(e.Key), Problem = null },
            AppsChange.Trouble e => state with { Problem = e.Problem },
            AppsChange.Sample e => state with { Sample = e.Progress },
            _ => state,
        };
    }

    private bool Matches(AppRow app) =>
        Query.Search.Length == 0 || app.App.Name.Contains(Query.Search, StringComparison.OrdinalIgnoreCase);
}
