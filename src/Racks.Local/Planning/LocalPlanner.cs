using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// Decides what to do next for one app, from what is seen alone. Pure; every step is planned again until it is observed, so a server killed at any
/// point goes on where it was.
/// </summary>
public static class LocalPlanner
{
    /// <summary>Ended processes kept per service as evidence.</summary>
    private const int MaxEvidence = 5;

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
        foreach (var situation in situations)
        {
            steps.AddRange(Starts(desired, situation, seen.At));
            steps.AddRange(Surplus(situation));
            steps.AddRange(Evidence(situation));
            steps.AddRange(Old(situation, allProven));
            steps.AddRange(Route(situation, seen));
        }

        steps.AddRange(Gone(desired, seen, allProven));
        return new Plan(steps.ToImmutable());
    }

    private static IEnumerable<PlanStep> Starts(DesiredApp desired, ServiceSituation s, DateTimeOffset now)
    {
        foreach (var made in s.Fresh.Where(p => p.State == ProcessPhase.Created))
        {
            yield return new StartProcess
            {
                Address = made.Id,
                Change = ChangeKind.Update,
                Reason = "it was made but never started",
                Service = s.Service,
                Existing = made.Id,
            };
        }

        if (now < s.NextStart || (desired.Proving && s.FailuresOfRollout >= RolloutAssessor.MaxFailures))
        {
            yield break;
        }

        var missing = s.Service.Count - s.Fresh.Length;
        var room = s.MaximumAlive - s.Fresh.Length - s.OldLive.Length;
        for (var i = 0; i < Math.Min(missing, room); i++)
        {
            yield return new StartProcess
            {
                Address = $"{s.Service.Name}#{s.Fresh.Length + i}",
                Change = ChangeKind.Create,
                Reason = $"{s.Service.Name} of {s.Service.Release} wants {s.Service.Count}, has {s.Fresh.Length}",
                Service = s.Service,
            };
        }
    }

    private static IEnumerable<PlanStep> Surplus(ServiceSituation s) =>
        s.Fresh.OrderBy(s.IsHealthy).ThenByDescending(p => p.Started).Take(s.Fresh.Length - s.Service.Count)
            .Select(p => Remove(p, s.Service, $"{s.Service.Name} wants only {s.Service.Count}"));

    private static IEnumerable<PlanStep> Evidence(ServiceSituation s) =>
        (s.EvidenceCanGo ? s.Ended : s.Ended.Take(s.Ended.Length - MaxEvidence))
            .Select(p => Remove(p, s.Service, "it has ended"));

    private static IEnumerable<PlanStep> Old(ServiceSituation s, bool allProven)
    {
        var ended = s.Old.Where(p => p.State != ProcessPhase.Running).Select(p => Remove(p, s.Service, "it has ended"));
        if (allProven)
        {
            return ended.Concat(s.Old.Where(p => p.State == ProcessPhase.Running)
                .Select(p => Remove(p, s.Service, $"{s.Service.Release} is proven")));
        }

        // Where the maximum leaves no room, old processes give way, but never below the minimum.
        var missing = s.Service.Count - s.Fresh.Length;
        var room = s.MaximumAlive - s.Fresh.Length - s.OldLive.Length;
        var spare = s.Healthy + s.OldLive.Length - s.MinimumAlive;
        var give = Math.Min(Math.Min(missing - room, spare), s.OldLive.Length);
        var giving = room < missing && s.Service.Maximum < 200 ? s.OldLive.OrderBy(p => p.Probe.HealthySince is not null).Take(Math.Max(0, give)) : [];
        var draining = s.Old.Where(p => p is { State: ProcessPhase.Running, Draining: true });
        return ended.Concat(giving.Concat(draining).Select(p => Remove(p, s.Service, $"makes room for {s.Service.Release}")));
    }

    private static IEnumerable<PlanStep> Route(ServiceSituation s, LocalObservation seen)
    {
        if (s.Service.Port is null)
        {
            if (seen.Routes.ContainsKey(s.Service.Name))
            {
                yield return new RemoveRoute { Address = s.Service.Name, Change = ChangeKind.Delete, Reason = "the service has no port any more" };
            }

            yield break;
        }

        var routed = seen.Routes.GetValueOrDefault(s.Service.Name);
        var want = s.Fresh.Where(s.IsHealthy).Concat(s.OldLive.Where(p => p.Probe.HealthySince is not null || routed?.Contains(p.Id) == true)).ToImmutableArray();
        // A process that was routed keeps its route while it runs: the router's own checks take it out when it fails.
        var kept = s.Fresh.Where(p => p.State == ProcessPhase.Running && routed?.Contains(p.Id) == true && !want.Contains(p));
        want = want.AddRange(kept);
        if (routed is null || !routed.SetEquals(want.Select(p => p.Id)))
        {
            yield return new SetRoute
            {
                Address = s.Service.Name,
                Change = routed is null ? ChangeKind.Create : ChangeKind.Update,
                Reason = $"{want.Length} of {s.Service.Count} can take requests",
                Service = s.Service,
                Processes = want,
            };
        }
    }

    /// <summary>Services that are no longer wanted go when everything that is wanted has been proven.</summary>
    private static IEnumerable<PlanStep> Gone(DesiredApp desired, LocalObservation seen, bool allProven)
    {
        var wanted = desired.Services.Select(s => s.Name).ToImmutableHashSet();
        foreach (var process in seen.Scaled.Where(p => !wanted.Contains(p.Service) && (allProven || p.State == ProcessPhase.Exited)))
        {
            yield return Remove(process, null, $"{process.Service} is no longer a service");
        }

        foreach (var service in seen.Routes.Keys.Where(s => !wanted.Contains(s) && allProven))
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
