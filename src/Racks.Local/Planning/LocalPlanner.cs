using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// Decides what to do next for one app, from what is seen alone. Pure; every step is planned again until it is
/// observed, so a server killed at any point goes on where it was.
/// </summary>
public static class LocalPlanner
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

    /// <summary>
    /// What was never started goes first, then what serves nobody, then the newest; but while it is not known of some
    /// whether they serve, none that do.
    /// </summary>
    private static IEnumerable<RemoveProcess> Surplus(ServiceSituation s)
    {
        var known = s.Fresh.All(p => !p.Starting && (s.IsIdle(p) || s.IsServing(p)));
        return s
            .Fresh.Where(p => !p.Starting && (s.IsIdle(p) || (known && s.IsServing(p))))
            .OrderBy(ServiceSituation.IsUp)
            .ThenBy(ServiceSituation.IsHealthy)
            .ThenBy(s.IsServing)
            .ThenByDescending(p => p.Started)
            .Take(s.Fresh.Length - s.Service.Count)
            .Select(p => Remove(p, s.Service, $"{s.Service.Name} wants only {s.Service.Count}"));
    }

    private static IEnumerable<RemoveProcess> Evidence(ServiceSituation s, DateTimeOffset now) =>
        (now >= s.EvidenceGoes ? s.Ends.All : s.Ends.Superfluous).Select(p => Remove(p, s.Service, "it has ended"));

    private static IEnumerable<RemoveProcess> Old(ServiceSituation s, bool mayGo)
    {
        var old = s.Old.Where(p => !p.Starting).ToImmutableArray();
        var notLive = old.Where(p => p.State != ProcessPhase.Running && (mayGo || s.Before?.Keeps(p) != true))
            .Select(p => Remove(p, s.Service, "it does not run"));
        var live = old.Where(p => p.State == ProcessPhase.Running);
        if (mayGo)
        {
            return notLive.Concat(live.Select(p => Remove(p, s.Service, $"{s.Service.Release} is proven")));
        }

        // INVARIANT: where the maximum leaves no room, old processes give way, but what is proven and what stays of
        // them never serve below the minimum. The way back gives way last: where others will do, it is waited until
        // they can.
        var needed = s.Missing > 0 ? s.Missing - s.RoomForNew : 0;
        var serving = live.Where(s.IsServing).OrderBy(IsWayBack).ThenByDescending(p => p.Started).ToImmutableArray();
        var spare = Math.Max(0, s.ProvenCount + serving.Length - s.MinimumAlive);
        var able = live.Where(s.IsIdle).Concat(serving.Take(spare)).ToLookup(IsWayBack);
        // With nothing under way that would let the others go, waiting for them would be for ever.
        var others = able[false].Any() || s.IsMoving ? s.OldLive.Count(p => !IsWayBack(p)) : 0;
        var last = Math.Min(needed - others, s.Before?.Spare ?? 0);
        return notLive.Concat(
            able[false]
                .Take(needed)
                .Concat(able[true].Take(last))
                .Select(p => Remove(p, s.Service, $"makes room for {s.Service.Release}"))
        );

        bool IsWayBack(LocalProcess p) => s.Before?.Has(p) == true;
    }

    /// <summary>
    /// Services that are no longer wanted go when everything that is wanted has been proven, their routes after them.
    /// </summary>
    private static IEnumerable<PlanStep> Gone(DesiredApp desired, LocalObservation seen, AppSituation app)
    {
        var mayGo = app.Proven || !desired.Proving;
        var wanted = desired.Services.Select(s => s.Name).ToImmutableHashSet();
        var gone = seen
            .Scaled.Where(p => !wanted.Contains(p.Service))
            .OrderBy(p => p.Id, StringComparer.Ordinal)
            .ToImmutableArray();
        foreach (
            var process in gone.Where(p =>
                p is { Draining: false, Starting: false }
                && (mayGo || (p.State != ProcessPhase.Running && !app.OnTheirWay.Any(g => g.Before.Keeps(p))))
            )
        )
        {
            yield return Remove(process, null, $"{process.Service} is no longer a service");
        }

        foreach (
            var service in seen.Routes.Keys.Where(r =>
                mayGo && !wanted.Contains(r) && !gone.Any(p => p.Service == r && ServiceSituation.IsUp(p))
            )
        )
        {
            yield return new RemoveRoute
            {
                Address = service,
                Change = ChangeKind.Delete,
                Reason = $"{service} is no longer a service",
            };
        }
    }

    private static RemoveProcess Remove(LocalProcess process, DesiredService? service, string reason)
    {
        var live = process.State == ProcessPhase.Running;
        return new RemoveProcess
        {
            Address = process.Id,
            Change = ChangeKind.Delete,
            Reason = reason,
            ProcessId = process.Id,
            Service = process.Service,
            Drain = live ? service?.Drain ?? 30 : 0,
            Grace = live ? service?.TerminationGrace ?? 30 : 0,
        };
    }
}
