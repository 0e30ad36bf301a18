using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>Decides where one service's requests go. Pure.</summary>
internal static class RoutePlanner
{
    /// <param name="leaving">Ids of processes that are being removed, or are from this plan on: they leave their route
    /// when they are drained, not before.</param>
    public static IEnumerable<PlanStep> Plan(ServiceSituation s, ImmutableHashSet<string> leaving)
    {
        // A process that was routed keeps its route while it runs: the router's own checks take it out when it fails.
        var old = s
            .OldLive.Where(p => Stays(p) && (s.IsRouted(p) || (Takes(p) && ServiceSituation.IsHealthy(p))))
            .ToImmutableArray();
        var fresh = s.Service.Port is null
            ? []
            : s.Fresh.Where(p => Stays(p) && (ServiceSituation.IsHealthy(p) || s.IsRouted(p)));
        var want = old.AddRange(fresh);
        if (want.IsEmpty && s.Service.Port is null)
        {
            if (s.Route is null)
            {
                yield break;
            }

            if (s.Before?.Service.Port is null && !s.OldLive.Concat(s.Draining).Any(s.IsRouted))
            {
                yield return new RemoveRoute
                {
                    Address = s.Service.Name,
                    Change = ChangeKind.Delete,
                    Reason = "the service has no port any more",
                };
                yield break;
            }
        }

        // What is one for all processes of a route (its names, its times) stays as the old ones
        // know it while they serve, or are to.
        var keep = s.Route is not null && (!old.IsEmpty || s.Service.Port is null || s.Before is { Missing: > 0 });
        var running = s
            .OldLive.Concat(s.Draining)
            .Concat(s.Fresh)
            .Where(p => p.State == ProcessPhase.Running)
            .Select(p => p.Id);
        var drained = leaving.Intersect(running);
        if (
            s.Route is null
            || !s.Route.Processes.Except(drained).SetEquals(want.Select(p => p.Id))
            || (!keep && s.Route.Release != s.Service.Release)
        )
        {
            yield return new SetRoute
            {
                Address = s.Service.Name,
                Change = s.Route is null ? ChangeKind.Create : ChangeKind.Update,
                Reason = $"{want.Length} of {s.Service.Count} can take requests",
                Service = s.Service,
                Processes = want,
                Leaving = leaving,
                KeepShape = keep,
            };
        }

        // One that is put back goes where those before it were, even when its successors have no port.
        bool Takes(LocalProcess p) =>
            p.Port is not null && (s.Service.Port is not null || (s.Route is not null && s.Before?.Has(p) == true));

        bool Stays(LocalProcess p) => p is { State: ProcessPhase.Running, Ip.Length: > 0 } && !leaving.Contains(p.Id);
    }
}
