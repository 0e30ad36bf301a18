using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>What lists and pages show of an app; also the row of view <c>app</c>, keyed <c>rack/app</c>.</summary>
[GenerateSerializer, Immutable, Alias("palisade.app-view")]
public sealed record AppView
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Org { get; init; }

    [Id(2)]
    public required string Rack { get; init; }

    [Id(3)]
    public required string Name { get; init; }

    [Id(4)]
    public required string Status { get; init; }

    [Id(5)]
    public required string Generation { get; init; }

    [Id(6)]
    public bool Locked { get; init; }

    /// <summary>
    /// The active release; "" when none. While a promote is under way this is still the one that serves.
    /// </summary>
    [Id(7)]
    public string Release { get; init; } = "";

    [Id(8)]
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    [Id(9)]
    public Rollout? Rollout { get; init; }

    [Id(10)]
    public string? LastFailure { get; init; }

    [Id(11)]
    public Deployment Current { get; init; } = Deployment.None;

    /// <summary>Releases that ran once and proved healthy, among those that are kept.</summary>
    [Id(12)]
    public ImmutableArray<string> Proven { get; init; } = [];

    [Id(13)]
    public FailedRollout? LastFailed { get; init; }

    /// <summary>The last change did not fail by itself: somebody cancelled it.</summary>
    public bool WasCancelled =>
        LastFailed is { Code: FailedRollout.Cancelled } cancelled && cancelled.Cause == LastFailure;

    public AppRef Ref => new(new RackRef(Org, Rack), Name);

    public static AppView Of(AppRef app, AppState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new AppView
        {
            Id = state.Id,
            Org = app.Org,
            Rack = app.Rack.Rack,
            Name = app.App,
            Status = state.Status,
            Generation = state.Generation,
            Locked = state.Locked,
            Release = state.Current.Release,
            Parameters = state.Parameters,
            Rollout = state.Rollout,
            LastFailure = state.LastFailure,
            LastFailed = state.LastFailed,
            Current = state.Current,
            Proven = [.. state.Releases.Where(r => r.Proven).Select(r => r.Id)],
        };
    }
}
