using System.Collections.Immutable;
using System.Globalization;

namespace Palisade.Racks.Local.Planning;

/// <summary>Says how far a change is and whether it has failed, from what is seen alone. Pure.</summary>
public static class RolloutAssessor
{
    /// <summary>A change whose process ended this many times is rolled back.</summary>
    public const int MaxFailures = 3;

    /// <summary>Bad answers in a row, after the grace time, that end a change.</summary>
    public const int MaxBadAnswers = 3;

    public static RolloutProgress Assess(DesiredApp desired, LocalObservation seen, TimeSpan healthDeadline)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(seen);
        var situations = desired.Services.Select(s => new ServiceSituation(desired, s, seen)).ToImmutableArray();
        var proven = situations.All(s => s.Proven);
        var plan = LocalPlanner.Plan(desired, seen);
        return new RolloutProgress
        {
            Proven = proven,
            Settled = proven && plan.Steps.IsEmpty && situations.All(s => s.Ended.IsEmpty && s.Old.IsEmpty) && seen.Scaled.All(p => !p.Draining),
            Fault = desired.Proving ? situations.Select(s => Fault(desired, s, seen.At, healthDeadline)).FirstOrDefault(f => f is not null) : null,
            Services = [.. situations.Select(Progress)],
            LookAgain = LookAgain(situations, seen.At),
        };
    }

    private static RolloutFault? Fault(DesiredApp desired, ServiceSituation s, DateTimeOffset now, TimeSpan healthDeadline)
    {
        if (s.FailuresOfRollout >= MaxFailures)
        {
            var last = s.Failures.Last(p => p.RolloutId == desired.RolloutId);
            return new RolloutFault("rollout.crashed", $"{s.Service.Name}: process {last.Id} {Ended(last)} ({s.FailuresOfRollout} times)");
        }

        var health = s.Service.Health;
        foreach (var p in s.Fresh.Where(p => p.State == ProcessPhase.Running && !s.IsHealthy(p) && p.Started is not null))
        {
            var grace = TimeSpan.FromSeconds(health.Grace);
            var age = now - p.Started!.Value;
            var check = $"health check {health.Path}";
            if (p.Probe.Answered && p.Probe.Failures >= MaxBadAnswers && age > grace)
            {
                return new RolloutFault("rollout.unhealthy", $"{s.Service.Name}: {check} of process {p.Id} answers {p.Probe.LastAnswer}");
            }

            // Something that does not answer at all may still be starting; that it answers wrongly is a fact.
            if (age > grace + healthDeadline)
            {
                return new RolloutFault("rollout.unhealthy",
                    $"{s.Service.Name}: {check} of process {p.Id} on port {s.Service.Port} had no good answer within {Seconds(grace + healthDeadline)} s: {p.Probe.LastAnswer ?? "no answer"}");
            }
        }

        return null;
    }

    public static string Ended(LocalProcess p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return p.OutOfMemory ? "was killed because it ran out of memory"
            : string.Create(CultureInfo.InvariantCulture, $"exited with code {p.ExitCode ?? -1}");
    }

    private static ServiceProgress Progress(ServiceSituation s)
    {
        var problem = s.Failures.Length > 0 ? $"{s.Failures[^1].Id} {Ended(s.Failures[^1])}"
            : s.Fresh.FirstOrDefault(p => !s.IsHealthy(p) && p.Probe.LastAnswer is not null)?.Probe.LastAnswer;
        return new ServiceProgress(s.Service.Name, s.Service.Count, s.Fresh.Count(p => p.State == ProcessPhase.Running), s.Healthy, problem);
    }

    /// <summary>The nearest time at which the mere passing of time changes the plan or the verdict.</summary>
    private static TimeSpan LookAgain(ImmutableArray<ServiceSituation> situations, DateTimeOffset now)
    {
        var next = TimeSpan.FromSeconds(1);
        foreach (var s in situations)
        {
            if (s.Healthy > s.ProvenCount)
            {
                next = Min(next, TimeSpan.FromMilliseconds(100));
            }

            if (s.NextStart > now)
            {
                next = Min(next, s.NextStart - now);
            }
        }

        return next;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
