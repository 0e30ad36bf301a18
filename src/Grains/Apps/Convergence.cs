using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Apps;

/// <summary>
/// One attempt at converging one app. Steps run beside each other; what is under way is not planned twice.
/// </summary>
internal sealed partial class Convergence(
    JobContext context,
    AppRef app,
    IAppGrain grain,
    IRackProvider provider,
    ReleaseLoader releases,
    IStore store,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>
    /// A failed rollout whose predecessor can't be proven either is over after this time; what is wrong then shows as
    /// drift.
    /// </summary>
    private static readonly TimeSpan RevertLimit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// An app that just does not come to rest (its process ends again and again) gives its place among the running jobs
    /// up after this time.
    /// </summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    /// <summary>For a change of the rack; each round looks again long before.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private const int Page = 500;

    private readonly StepsUnderWay _steps = new(app, provider, time, logger);
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private (string Key, DesiredApp App)? _desired;
    private (string Rollout, DateTimeOffset Since)? _reverting;
    private string? _admitted;
    private Task? _otherGoal;

    // Why the rollout that this job is to bring about did not come about.
    private FailedRollout? _failed;

    public async Task<JobEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // What is under way may take long, as a process that still answers: it must not keep what is wanted since.
        using var goals = new ChangeSignal(store.Changes, StreamId.App(app).Value, stop.Token);
        try
        {
            while (true)
            {
                if (await TryRoundAsync(goals, stop.Token) is { } end)
                {
                    return end;
                }
            }
        }
        finally
        {
            // No step goes on after its job: the next attempt would take it beside this one.
            await stop.CancelAsync();
            await _steps.EndedAsync();
        }
    }

    /// <summary>A provider that breaks must not keep a rollout from ending at its deadline.</summary>
    private async Task<JobEnd?> TryRoundAsync(ChangeSignal goals, CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(goals, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever breaks is tried again; it is logged, and shown on the job.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogRoundFailed(e, app.ToString());
            var goal = await grain.GoalAsync(cancellationToken);
            return
                goal is { Ok: true, Value.App.Rollout: { Failed: false } rollout }
                && time.GetUtcNow() > rollout.Deadline
                ? await ReportAsync(
                    new RolloutReport.Failed(
                        rollout.Id,
                        "rollout.deadline",
                        "the rack did not answer within the time given"
                    ),
                    cancellationToken
                )
                : new JobEnd.Retry($"{e.GetType().Name} while looking at the rack", TimeSpan.FromSeconds(2));
        }
    }

    private async Task<JobEnd?> RoundAsync(ChangeSignal goals, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Before the look: what changes between that and the wait wakes the next round, too.
        var change = provider.WaitForChangeAsync(app, LongestWait, over.Token);
        try
        {
            return await RoundAsync(goals, change, cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await change.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
            );
        }
    }

    private async Task<JobEnd?> RoundAsync(ChangeSignal goals, Task changed, CancellationToken cancellationToken)
    {
        if (_otherGoal is not { IsCompleted: false })
        {
            _otherGoal = goals.NextAsync();
        }

        var found = await grain.GoalAsync(cancellationToken);
        if (!found.TryGet(out var goal, out _))
        {
            return new JobEnd.Done();
        }

        if (goal.App.LastFailed is { } last && ConvergeJob.IdOf(last.RolloutId) == context.Job.Id)
        {
            _failed = last;
        }

        if (goal.App.Status == AppStatus.Deleting)
        {
            return await DeleteAsync(goal, cancellationToken);
        }

        var built = await DesiredAsync(goal, cancellationToken);
        if (!built.TryGet(out var desired, out var problem))
        {
            return goal.App.Rollout switch
            {
                { Failed: false } r => await ReportAsync(
                    new RolloutReport.Failed(r.Id, problem.Code, problem.Text),
                    cancellationToken
                ),
                { } r => await ReportAsync(new RolloutReport.Reverted(r.Id), cancellationToken),
                null => new JobEnd.Dead(problem.Text),
            };
        }

        if (goal.App.Rollout is { Failed: false } change && Refusal(change, desired) is { } noRoom)
        {
            return await ReportAsync(new RolloutReport.Failed(change.Id, noRoom.Code, noRoom.Text), cancellationToken);
        }

        foreach (var (address, text) in await _steps.CollectAsync())
        {
            await LogAsync(address, $"{address}: {text}");
        }

        var observed = await provider.ObserveAsync(desired, cancellationToken);
        var progress = provider.Assess(desired, observed);
        var told = context.ProgressAsync(Describe(goal, progress), cancellationToken);
        var outcome = Outcome(goal, progress);
        var atRest =
            _steps.Count == 0 && goal.App.Rollout is null && (progress.Settled || time.GetUtcNow() - _began > Turn);
        // Steps begin while that is committed: they are as idempotent as a stale attempt's, and reports are fenced.
        var begun =
            outcome is null && !atRest
                ? _steps.Begin(desired, provider.Plan(desired, observed), cancellationToken)
                : [];
        if (!await told)
        {
            return new JobEnd.Failed("a newer attempt of this job exists");
        }

        if (outcome is { } report)
        {
            return await ReportAsync(report, cancellationToken);
        }

        if (goal.App.Status == AppStatus.Creating && progress.Settled)
        {
            var ready = await grain.ReportReadyAsync(context.SystemCaller, context.Token, cancellationToken);
            return ready.Ok ? null : new JobEnd.Retry(ready.Problem.Text, TimeSpan.FromSeconds(1));
        }

        if (atRest)
        {
            if (_failed is { } failed)
            {
                // The job that was enqueued with the failure may have left the rest to this one.
                return !progress.Settled
                    && !(await grain.ReportDriftAsync(context.SystemCaller, failed.Cause, cancellationToken)).Ok
                        ? new JobEnd.Retry(failed.Cause, TimeSpan.FromSeconds(1))
                    : failed.Code == FailedRollout.Cancelled ? new JobEnd.Cancelled(failed.Cause)
                    : new JobEnd.Failed(failed.Cause);
            }

            return progress.Settled
                ? new JobEnd.Done()
                : new JobEnd.Retry(Describe(goal, progress), TimeSpan.FromSeconds(1));
        }

        foreach (var step in begun)
        {
            await LogAsync(step.Address, $"{Verb(step.Change)} {step.Resource} {step.Address}: {step.Reason}");
        }

        await _steps.WaitAsync([changed, _otherGoal], progress.LookAgain, cancellationToken);
        return null;
    }

    /// <summary>
    /// What keeps a change from being begun. Asked once: what the rack took on is its own to plan with.
    /// </summary>
    private Problem? Refusal(Rollout rollout, DesiredApp desired)
    {
        if (_admitted == rollout.Id)
        {
            return null;
        }

        var admitted = provider.Admit(desired);
        _admitted = admitted.Ok ? rollout.Id : null;
        return admitted.Ok ? null : admitted.Problem;
    }

    private RolloutReport? Outcome(ConvergeGoal goal, RolloutProgress progress)
    {
        switch (goal.App.Rollout)
        {
            case { Failed: false } rollout when progress.Proven:
                return new RolloutReport.Succeeded(rollout.Id);
            case { Failed: false } rollout when progress.Fault is { } fault:
                return new RolloutReport.Failed(rollout.Id, fault.Code, fault.Cause);
            case { Failed: false } rollout when time.GetUtcNow() > rollout.Deadline:
                return new RolloutReport.Failed(
                    rollout.Id,
                    "rollout.deadline",
                    $"not healthy within the time given: {Describe(goal, progress)}"
                );
            case { Failed: true } rollout:
                var since = _reverting is { } r && r.Rollout == rollout.Id ? r.Since : time.GetUtcNow();
                _reverting = (rollout.Id, since);
                return (progress.Settled && _steps.Count == 0) || time.GetUtcNow() - since > RevertLimit
                    ? new RolloutReport.Reverted(rollout.Id)
                    : null;
            default:
                return null;
        }
    }

    private async Task<JobEnd?> ReportAsync(RolloutReport report, CancellationToken cancellationToken)
    {
        await LogAsync(
            "",
            report switch
            {
                RolloutReport.Succeeded => "every service is healthy",
                RolloutReport.Failed f => $"failed: {f.Cause}; going back to what ran before",
                _ => "what ran before is in place",
            }
        );
        var reported = await grain.ReportRolloutAsync(context.SystemCaller, context.Token, report, cancellationToken);
        return reported.Ok ? null
            : reported.Problem is Conflict { Code: "job.stale" } stale ? new JobEnd.Failed(stale.Text)
            : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
    }

    /// <summary>COMPAT: the client shows lines whose second word starts with <c>system/</c> while it waits.</summary>
    private ValueTask LogAsync(string address, string text)
    {
        var cut = address.IndexOf('#', StringComparison.Ordinal);
        var name =
            address.Length == 0 ? app.App
            : cut < 0 ? address
            : address[..cut];
        return store.Logs.AppendAsync($"app/{app}", [new LogLine(time.GetUtcNow(), $"system/palisade/{name}", text)]);
    }

    private static string Describe(ConvergeGoal goal, RolloutProgress progress)
    {
        var services = progress.Services.Select(s =>
            $"{s.Service} {s.Healthy}/{s.Desired} healthy{(s.LastProblem is null ? "" : $" ({s.LastProblem})")}"
        );
        return goal.Desired.Release.Length == 0
            ? "nothing to run"
            : $"{goal.Desired.Release}: {string.Join(", ", services)}";
    }

    private static string Verb(ChangeKind change) =>
        change switch
        {
            ChangeKind.Create => "starting",
            ChangeKind.Delete => "removing",
            _ => "updating",
        };
}
