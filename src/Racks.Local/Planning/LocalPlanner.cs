using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// Decides what to do next for one app, from what is seen alone. Pure; every step is planned again until it is observed, so a server killed at any
/// point goes on where it was.
/// </summary>
public static class LocalPlanner
{
    public static Plan Plan(DesiredApp desired, LocalObservation seen)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(seen);
        if (!seen.NetworkExists)
        {
            return new Plan([new EnsureNetwork { Address = desired.App.App, Change = ChangeKind.Create, Reason = "the app has no network yet" }]);
        }

        var situations = desired.Services.Select(s => new ServiceSituation(desired, s, seen)).ToImmutableArray();
        var allProven = situations.All(s => s.Proven);
        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        foreach (var s in situations)
        {
            // What ran before is the way back for as long as any service of a change may fail; after that each service is on its own.
            var oldMayGo = desired.Proving ? allProven : s.Proven;
            var removals = Surplus(s).Concat(Evidence(s, seen.At)).Concat(Old(desired, s, oldMayGo)).ToImmutableArray();
            var leaving = removals.Select(r => r.ProcessId).Concat(s.Draining.Select(p => p.Id)).ToImmutableHashSet();
            steps.AddRange(Starts(desired, s, leaving, seen.At));
            steps.AddRange(removals);
            steps.AddRange(RoutePlanner.Plan(s, leaving));
        }

        steps.AddRange(Gone(desired, seen, allProven || !desired.Proving));
        return new Plan(steps.ToImmutable());
    }

    private static IEnumerable<PlanStep> Starts(DesiredApp desired, ServiceSituation s, ImmutableHashSet<string> leaving, DateTimeOffset now)
    {
        if (now < s.NextStart || (desired.Proving && s.FailuresOfRollout >= RolloutAssessor.MaxFailures))
        {
            return [];
        }

        var begin = Math.Max(0, Math.Min(s.Missing, s.Room));
        var made = s.NeverStarted.Where(p => !leaving.Contains(p.Id)).ToImmutableArray();
        var existing = made.Take(begin).Select(p => new StartProcess
        {
            Address = p.Id,
            Change = ChangeKind.Update,
            Reason = "it was made but never started",
            Service = s.Service,
            Existing = p.Id,
        });
        var created = Enumerable.Range(s.Fresh.Length, Math.Max(0, begin - made.Length)).Select(i => new StartProcess
        {
            Address = $"{s.Service.Name}#{i}",
            Change = ChangeKind.Create,
            Reason = $"{s.Service.Name} of {s.Service.Release} wants {s.Service.Count}, has {s.Fresh.Length}",
            Service = s.Service,
        });
        return existing.Concat(created);
    }

    /// <summary>What was never started goes first, then what serves nobody, then the newest; but while it is not known of some whether they serve, none that do.</summary>
    private static IEnumerable<RemoveProcess> Surplus(ServiceSituation s)
    {
        var known = s.Fresh.All(p => !p.Starting && (s.IsIdle(p) || s.IsServing(p)));
        return s.Fresh.Where(p => !p.Starting && (s.IsIdle(p) || (known && s.IsServing(p))))
            .OrderBy(ServiceSituation.IsUp).ThenBy(ServiceSituation.IsHealthy).ThenBy(s.IsServing).ThenByDescending(p => p.Started)
            .Take(s.Fresh.Length - s.Service.Count)
            .Select(p => Remove(p, s.Service, $"{s.Service.Name} wants only {s.Service.Count}"));
    }

    private static IEnumerable<RemoveProcess> Evidence(ServiceSituation s, DateTimeOffset now) =>
        (now >= s.EvidenceGoes ? s.Ends.All : s.Ends.Superfluous).Select(p => Remove(p, s.Service, "it has ended"));

    private static IEnumerable<RemoveProcess> Old(DesiredApp desired, ServiceSituation s, bool mayGo)
    {
        var old = s.Old.Where(p => !p.Starting).ToImmutableArray();
        var notLive = old.Where(p => p.State != ProcessPhase.Running).Select(p => Remove(p, s.Service, "it does not run"));
        var live = old.Where(p => p.State == ProcessPhase.Running);
        if (mayGo)
        {
            return notLive.Concat(live.Select(p => Remove(p, s.Service, $"{s.Service.Release} is proven")));
        }

        // INVARIANT: where the maximum leaves no room, old processes give way, but what is proven and what stays of them never serve below the minimum.
        // The way back gives way last: where others will do, it is waited until they can.
        var needed = s.Missing > 0 ? s.Missing - s.Room : 0;
        var serving = live.Where(s.IsServing).OrderBy(IsWayBack).ThenByDescending(p => p.Started).ToImmutableArray();
        var spare = Math.Max(0, s.ProvenCount + serving.Length - s.MinimumAlive);
        var able = live.Where(s.IsIdle).Concat(serving.Take(spare)).ToImmutableArray();
        var giving = able.Where(p => !IsWayBack(p)).Take(needed).Concat(able.Where(IsWayBack).Take(needed - s.OldLive.Count(p => !IsWayBack(p))));
        return notLive.Concat(giving.Select(p => Remove(p, s.Service, $"makes room for {s.Service.Release}")));

        bool IsWayBack(LocalProcess p) => p.Release == desired.ProvenRelease;
    }

    /// <summary>Services that are no longer wanted go when everything that is wanted has been proven, their routes after them.</summary>
    private static IEnumerable<PlanStep> Gone(DesiredApp desired, LocalObservation seen, bool mayGo)
    {
        var wanted = desired.Services.Select(s => s.Name).ToImmutableHashSet();
        var gone = seen.Scaled.Where(p => !wanted.Contains(p.Service)).OrderBy(p => p.Id, StringComparer.Ordinal).ToImmutableArray();
        foreach (var process in gone.Where(p => p is { Draining: false, Starting: false } && (mayGo || p.State != ProcessPhase.Running)))
        {
            yield return Remove(process, null, $"{process.Service} is no longer a service");
        }

        foreach (var service in seen.Routes.Keys.Where(r => mayGo && !wanted.Contains(r) && !gone.Any(p => p.Service == r && ServiceSituation.IsUp(p))))
        {
            yield return new RemoveRoute { Address = service, Change = ChangeKind.Delete, Reason = $"{service} is no longer a service" };
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
