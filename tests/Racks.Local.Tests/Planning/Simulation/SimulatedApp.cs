using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>What is wanted of the app, and the change under way: as AppRollouts keeps it.</summary>
internal sealed class SimulatedApp
{
    private int _rollouts;

    public ImmutableArray<DesiredService> Current { get; private set; } = [];

    public Change? Rollout { get; private set; }

    public List<(Change Rollout, string Outcome, DateTimeOffset At)> Outcomes { get; } = [];

    public sealed record Change(string Id, ImmutableArray<DesiredService> Target, DateTimeOffset Started, bool Failed);

    public DesiredApp Desired =>
        new()
        {
            App = AppRef.Parse("acme/local/shop"),
            AppId = "0123456789",
            Release = Rollout is { Failed: false } r ? ReleaseOf(r.Target) : ReleaseOf(Current),
            Previous = Rollout is { Failed: false } ? Current : [],
            RolloutId = Rollout is { Failed: false } p ? p.Id : "",
            Proving = Rollout is { Failed: false },
            Services = Rollout is { Failed: false } t ? t.Target : Current,
        };

    public void Start(ImmutableArray<DesiredService> target, DateTimeOffset now)
    {
        if (Rollout is { Failed: false } before)
        {
            Outcomes.Add((before, "superseded", now));
        }

        Rollout = new Change($"rollout{_rollouts++}", target, now, false);
    }

    public void Succeed(DateTimeOffset now)
    {
        Outcomes.Add((Rollout!, "succeeded", now));
        (Current, Rollout) = (Rollout!.Target, null);
    }

    public void Fail(string code, DateTimeOffset now)
    {
        Outcomes.Add((Rollout!, code, now));
        Rollout = Rollout! with { Failed = true };
    }

    public void Revert() => Rollout = null;

    private static string ReleaseOf(ImmutableArray<DesiredService> services) =>
        services.IsEmpty ? "" : services[0].Release;
}
