using System.Collections.Immutable;
using System.Globalization;
using Palisade.Racks.Local.Probing;

namespace Palisade.Racks.Local.Planning;

/// <summary>Says how far a change is and whether it has failed, from what is seen alone. Pure.</summary>
public static class RolloutAssessor
{
    /// <summary>A change whose process ended this many times is rolled back.</summary>
    public const int MaxFailures = 3;

    /// <summary>
    /// Wrong answers, after the grace time, that end a change; and bad ones in a row, silence included, after which a
    /// process is not healthy.
    /// </summary>
    public const int MaxBadAnswers = 3;

    /// <summary>A step that has failed for this long, each time, ends a change.</summary>
    public static readonly TimeSpan MaxRefusal = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan MaxLookAgain = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MinLookAgain = TimeSpan.FromMilliseconds(10);

    public static RolloutProgress Assess(DesiredApp desired, LocalObservation seen)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(seen);
        var app = new AppSituation(desired, seen);
        var situations = app.Services;
        return new RolloutProgress
        {
            Proven = app.Proven && OnlyFreshAreAsked(app, seen),
            Settled =
                app.Proven
                && LocalPlanner.Plan(desired, seen).Steps.IsEmpty
                && situations.All(s => s.Ends.All.IsEmpty && s.Old.IsEmpty && s.Fresh.Length == s.Service.Count)
                && seen.Scaled.All(p => p is { Draining: false, Starting: false }),
            Fault = desired.Proving
                ? situations.Select(s => Fault(desired, s, seen.At)).FirstOrDefault(f => f is not null)
                : null,
            Services = [.. situations.Select(Progress)],
            LookAgain = LookAgain(desired, app, seen.At),
        };
    }

    /// <summary>
    /// Whoever asks after a change is said to be done is answered by what it brought, not by what it replaced.
    /// </summary>
    private static bool OnlyFreshAreAsked(AppSituation app, LocalObservation seen)
    {
        var fresh = app.Services.SelectMany(s => s.Fresh).Select(p => p.Id).ToImmutableHashSet();
        return seen.Routes.Values.All(r => r.Processes.Except(r.Withdrawn).All(fresh.Contains));
    }

    private static RolloutFault? Fault(DesiredApp desired, ServiceSituation s, DateTimeOffset now)
    {
        if (s.FailuresOfRollout >= MaxFailures)
        {
            var last = s.Ends.Of(desired.RolloutId).Last();
            return new RolloutFault(
                "rollout.crashed",
                $"{s.Service.Name}: process {last.Id} {Ended(last)} ({s.FailuresOfRollout} times)"
            );
        }

        // What ran before and can't be put back is no fault of the change.
        if (
            s.Problems.FirstOrDefault(p =>
                p.RolloutId == desired.RolloutId
                && p.Code != StepProblem.NoMemory
                && p.Resource != StartProcess.PreviousName
                && (p.Final || (p.Times > 1 && p.Last - p.Since >= MaxRefusal))
            ) is
            { } refused
        )
        {
            return new RolloutFault(
                refused.Code == "rack.image_missing" ? "rollout.image"
                    : refused.Resource == StartProcess.ResourceName ? "rollout.start"
                    : "rollout.route",
                $"{s.Service.Name}: {refused.Text}"
            );
        }

        return Starting(desired, s).Select(p => Unhealthy(s, p, now)).FirstOrDefault(f => f is not null);
    }

    /// <summary>
    /// Processes that this change made and that have not answered well. What others made is not its fault: they may be
    /// why it was asked for.
    /// </summary>
    private static IEnumerable<LocalProcess> Starting(DesiredApp desired, ServiceSituation s) =>
        s.Fresh.Where(p =>
            p is { State: ProcessPhase.Running, Started: not null }
            && p.RolloutId == desired.RolloutId
            && !ServiceSituation.IsHealthy(p)
        );

    /// <summary>What was heard last; a refused connection has one cause by far more often than any other.</summary>
    private static string Answer(ServiceSituation s, LocalProcess p) =>
        p.Probe.LastAnswer switch
        {
            null => "no answer",
            ProbeAnswer.ConnectionRefused =>
                $"{ProbeAnswer.ConnectionRefused}; it must listen on port {s.Service.Port} of 0.0.0.0, not of 127.0.0.1",
            var heard => heard,
        };

    private static RolloutFault? Unhealthy(ServiceSituation s, LocalProcess p, DateTimeOffset now)
    {
        var check = $"health check {s.Service.Health.Path}";
        if (p.Probe is { Answered: true, WrongAnswers: >= MaxBadAnswers } && now >= s.GraceEnds(p))
        {
            return new RolloutFault(
                "rollout.unhealthy",
                $"{s.Service.Name}: {check} of process {p.Id} answers {p.Probe.LastAnswer}"
            );
        }

        // Something that does not answer may still be starting, or the machine is busy: only the deadline says that it
        // is too late. Right after a restart of the server nothing has been asked yet.
        return now >= s.Deadline(p) && (p.Probe.Failures >= MaxBadAnswers || p.Ip.Length == 0)
            ? new RolloutFault(
                "rollout.unhealthy",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.Service.Name}: {check} of process {p.Id} on port {s.Service.Port} had no good answer within "
                        + $"{(s.Deadline(p) - p.Started!.Value).TotalSeconds:0} s: {Answer(s, p)}"
                )
            )
            : null;
    }

    public static string Ended(LocalProcess p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return p.StoppedFor is { } reason ? $"was stopped: {reason}"
            : p.OutOfMemory ? "was killed because it ran out of memory"
            : string.Create(CultureInfo.InvariantCulture, $"exited with code {p.ExitCode ?? -1}");
    }

    private static ServiceProgress Progress(ServiceSituation s)
    {
        var problem =
            s.Ends.All is [.., var last] ? $"{last.Id} {Ended(last)}"
            : s.Problems is [var refused, ..] ? refused.Text
            : s.Fresh.FirstOrDefault(p =>
                !ServiceSituation.IsHealthy(p) && p.Probe.LastAnswer is not null
            )?.Probe.LastAnswer
                ?? s.Waits;
        return new ServiceProgress(
            s.Service.Name,
            s.Service.Count,
            s.Fresh.Count(p => p.State == ProcessPhase.Running),
            s.Healthy,
            problem
        );
    }

    /// <summary>
    /// Until the mere passing of time changes the plan or the verdict; bounded both ways, so that it is neither missed
    /// for long nor a busy loop.
    /// </summary>
    private static TimeSpan LookAgain(DesiredApp desired, AppSituation app, DateTimeOffset now)
    {
        var wait = app
            .Services.SelectMany(s => Times(desired, s))
            .Concat(app.WaysBack.Select(w => w.NextStart))
            .Where(t => t > now)
            .Select(t => t - now)
            .Append(MaxLookAgain)
            .Min();
        return wait < MinLookAgain ? MinLookAgain : wait;
    }

    private static IEnumerable<DateTimeOffset> Times(DesiredApp desired, ServiceSituation s)
    {
        var starting = desired.Proving ? Starting(desired, s).ToImmutableArray() : [];
        return
        [
            s.NextStart,
            s.EvidenceGoes ?? DateTimeOffset.MinValue,
            .. s.Fresh.Where(ServiceSituation.IsHealthy).Select(ServiceSituation.ProvenAt),
            .. starting.Select(s.GraceEnds),
            .. starting.Select(s.Deadline),
            .. s.OldLive.Where(s.MayYetServe).Select(s.Deadline),
        ];
    }
}
