using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>What may go, and in which order.</summary>
public static partial class LocalPlanner
{
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
