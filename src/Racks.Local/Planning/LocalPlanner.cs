using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// Decides what to do next for one app, from what is seen alone. Pure; every step is planned again until it is
/// observed, so a server killed at any point goes on where it was.
/// </summary>
public static partial class LocalPlanner
{
    public static Plan Plan(DesiredApp desired, LocalObservation seen)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(seen);
        // An app that runs nothing takes no addresses: a rack may have many more apps than it has networks for.
        if (!seen.NetworkExists && !(desired.Services.IsEmpty && desired.Previous.IsEmpty))
        {
            return new Plan([
                new EnsureNetwork
                {
                    Address = desired.App.App,
                    Change = ChangeKind.Create,
                    Reason = "the app has no network yet",
                },
            ]);
        }

        var app = new AppSituation(desired, seen);
        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        foreach (var s in app.Services)
        {
            // What ran before is the way back for as long as any service of a change may fail; after that each service
            // is on its own.
            var oldMayGo = desired.Proving ? app.Proven : s.Proven;
            var removals = Surplus(s).Concat(Evidence(s, seen.At)).Concat(Old(s, oldMayGo)).ToImmutableArray();
            var leaving = removals.Select(r => r.ProcessId).Concat(s.Draining.Select(p => p.Id)).ToImmutableHashSet();
            steps.AddRange(Starts(desired, s, leaving, seen.At));
            steps.AddRange(
                oldMayGo || s.Before is null ? [] : Returns(s.Before, Math.Min(s.Before.Missing, s.Room), seen.At)
            );
            steps.AddRange(removals);
            steps.AddRange(RoutePlanner.Plan(s, leaving));
        }

        foreach (var (before, s) in app.OnTheirWay)
        {
            steps.AddRange(Returns(before, before.Missing, seen.At));
            steps.AddRange(RoutePlanner.Plan(s, [.. s.Draining.Select(p => p.Id)]));
        }

        steps.AddRange(Gone(desired, seen, app));
        return new Plan(steps.ToImmutable());
    }

    private static IEnumerable<StartProcess> Starts(
        DesiredApp desired,
        ServiceSituation s,
        ImmutableHashSet<string> leaving,
        DateTimeOffset now
    )
    {
        if (now < s.NextStart || (desired.Proving && s.FailuresOfRollout >= RolloutAssessor.MaxFailures))
        {
            return [];
        }

        return Starts(
            s.Service,
            Math.Min(s.Missing, s.RoomForNew),
            s.NeverStarted.Where(p => !leaving.Contains(p.Id)),
            i => new StartProcess
            {
                Address = $"{s.Service.Name}#{s.Fresh.Length + i}",
                Change = ChangeKind.Create,
                Reason = $"{s.Service.Name} of {s.Service.Release} wants {s.Service.Count}, has {s.Fresh.Length}",
                Service = s.Service,
            }
        );
    }

    /// <summary>
    /// What has ended of the way back is put back: whether anything serves must not depend on luck while a change is
    /// being proven.
    /// </summary>
    private static IEnumerable<StartProcess> Returns(WayBack before, int begin, DateTimeOffset now) =>
        now < before.NextStart
            ? []
            : Starts(
                    before.Service,
                    begin,
                    before.NeverStarted,
                    i => new StartProcess
                    {
                        Address = $"{before.Service.Name}#before{before.Next + i}",
                        Change = ChangeKind.Create,
                        Reason = $"{before.Service.Release} serves until the change is proven",
                        Service = before.Service,
                    }
                )
                .Select(step => step with { Previous = true });

    /// <summary>Those that were made but never started come first.</summary>
    private static IEnumerable<StartProcess> Starts(
        DesiredService service,
        int begin,
        IEnumerable<LocalProcess> neverStarted,
        Func<int, StartProcess> create
    )
    {
        var existing = neverStarted
            .Take(Math.Max(0, begin))
            .Select(p => new StartProcess
            {
                Address = p.Id,
                Change = ChangeKind.Update,
                Reason = "it was made but never started",
                Service = service,
                Existing = p.Id,
            })
            .ToImmutableArray();
        return existing.Concat(Enumerable.Range(0, Math.Max(0, begin - existing.Length)).Select(create));
    }
}
