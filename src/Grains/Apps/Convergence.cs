using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Apps;

/// <summary>One attempt at converging one app. Steps run beside each other; what is under way is not planned twice.</summary>
internal sealed class Convergence(
    JobContext context, AppRef app, IAppGrain grain, IRackProvider provider, ReleaseLoader releases, IStore store, TimeProvider time, ILogger logger)
{
    /// <summary>A failed rollout whose predecessor can't be proven either is over after this time; what is wrong then shows as drift.</summary>
    private static readonly TimeSpan RevertLimit = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Task<Result<Done>>> _underWay = [];
    private readonly Dictionary<string, string> _failing = [];
    private (string Key, DesiredApp App)? _desired;
    private DateTimeOffset? _revertingSince;

    public async Task<JobEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                if (await RoundAsync(stop.Token) is { } end)
                {
                    return end;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(_underWay.Values).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<JobEnd?> RoundAsync(CancellationToken cancellationToken)
    {
        var found = await grain.GoalAsync(cancellationToken);
        if (!found.TryGet(out var goal, out _))
        {
            return new JobEnd.Done();
        }

        if (goal.App.Status == AppStatus.Deleting)
        {
            return await DeleteAsync(goal, cancellationToken);
        }

        var built = await DesiredAsync(goal, cancellationToken);
        if (!built.TryGet(out var desired, out var problem))
        {
            return goal.App.Rollout is { Failed: false } r
                ? await ReportAsync(new RolloutReport.Failed(r.Id, problem.Code, problem.Text), cancellationToken)
                : new JobEnd.Dead(problem.Text);
        }

        await CollectAsync();
        var observed = await provider.ObserveAsync(desired, cancellationToken);
        var progress = provider.Assess(desired, observed);
        await context.ProgressAsync(Describe(goal, progress), cancellationToken);
        if (Outcome(goal, progress) is { } report)
        {
            return await ReportAsync(report, cancellationToken);
        }

        if (goal.App.Status == AppStatus.Creating && progress.Settled)
        {
            var ready = await grain.ReportReadyAsync(context.SystemCaller, context.Token, cancellationToken);
            return ready.Ok ? null : new JobEnd.Retry(ready.Problem.Text, TimeSpan.FromSeconds(1));
        }

        if (progress.Settled && _underWay.Count == 0 && goal.App.Rollout is null)
        {
            return new JobEnd.Done();
        }

        await ApplyAsync(desired, provider.Plan(desired, observed), cancellationToken);
        await WaitAsync(progress.LookAgain, cancellationToken);
        return null;
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
                return new RolloutReport.Failed(rollout.Id, "rollout.deadline", $"not healthy within the time given: {Describe(goal, progress)}");
            case { Failed: true } rollout:
                _revertingSince ??= time.GetUtcNow();
                return (progress.Settled && _underWay.Count == 0) || time.GetUtcNow() - _revertingSince > RevertLimit
                    ? new RolloutReport.Reverted(rollout.Id)
                    : null;
            default:
                return null;
        }
    }

    private async Task<JobEnd?> ReportAsync(RolloutReport report, CancellationToken cancellationToken)
    {
        await LogAsync("", report switch
        {
            RolloutReport.Succeeded => "every service is healthy",
            RolloutReport.Failed f => $"failed: {f.Cause}; going back to what ran before",
            _ => "what ran before is in place",
        });
        var reported = await grain.ReportRolloutAsync(context.SystemCaller, context.Token, report, cancellationToken);
        return reported.Ok ? null
            : reported.Problem is Conflict { Code: "job.stale" } stale ? new JobEnd.Failed(stale.Text)
            : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
    }

    private async Task<JobEnd?> DeleteAsync(ConvergeGoal goal, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_underWay.Values);
        _underWay.Clear();
        await context.ProgressAsync("deleting", cancellationToken);
        var deleted = await provider.DeleteAppAsync(app, goal.App.Id, cancellationToken);
        if (!deleted.Ok)
        {
            return new JobEnd.Retry(deleted.Problem.Text, TimeSpan.FromSeconds(2));
        }

        var reported = await grain.ReportDeletedAsync(context.SystemCaller, context.Token, cancellationToken);
        return reported.Ok ? new JobEnd.Done() : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
    }

    /// <summary>The desired app, loaded again only when the goal is another one.</summary>
    private async Task<Result<DesiredApp>> DesiredAsync(ConvergeGoal goal, CancellationToken cancellationToken)
    {
        var key = ViewJson.Write((goal.Desired, goal.App.Rollout, goal.App.Status).ToTuple());
        if (_desired is { } known && known.Key == key)
        {
            return known.App;
        }

        LoadedRelease? release = null;
        if (goal.Desired.Release.Length > 0)
        {
            var loaded = await releases.LoadAsync(
                app, goal.App.Id, goal.Desired.Release, goal.Build, goal.EnvironmentVersion, provider.Features, cancellationToken);
            if (!loaded.TryGet(out release, out var problem))
            {
                return Result.Fail<DesiredApp>(problem);
            }
        }

        var built = DesiredBuilder.Build(goal, release);
        if (built.Ok)
        {
            _desired = (key, built.Value);
        }

        return built;
    }

    private async Task ApplyAsync(DesiredApp desired, Plan plan, CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps.Where(s => !_underWay.ContainsKey(s.Address)))
        {
            if (!_failing.ContainsKey(step.Address))
            {
                await LogAsync(step.Address, $"{Verb(step.Change)} {step.Resource} {step.Address}: {step.Reason}");
            }

            _underWay[step.Address] = provider.ApplyAsync(desired, step, cancellationToken);
        }
    }

    /// <summary>Takes note of steps that have ended. A failing one is planned again; its problem is told once.</summary>
    private async Task CollectAsync()
    {
        foreach (var (address, task) in _underWay.Where(p => p.Value.IsCompleted).ToArray())
        {
            _underWay.Remove(address);
            var result = await task;
            if (result.Ok)
            {
                _failing.Remove(address);
            }
            else if (_failing.GetValueOrDefault(address) != result.Problem.Code)
            {
                _failing[address] = result.Problem.Code;
                await LogAsync(address, $"{address}: {result.Problem.Text}");
                logger.LogStepFailed(app.ToString(), address, result.Problem.Code);
            }
        }
    }

    private async Task WaitAsync(TimeSpan lookAgain, CancellationToken cancellationToken)
    {
        // After a failing step, a moment of rest: it would only fail again.
        if (_failing.Count > 0)
        {
            lookAgain = lookAgain < TimeSpan.FromMilliseconds(500) ? TimeSpan.FromMilliseconds(500) : lookAgain;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var change = provider.WaitForChangeAsync(app, lookAgain, wait.Token);
        await Task.WhenAny([change, .. _underWay.Values]);
        await wait.CancelAsync();
        await change.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>COMPAT: the client shows lines whose second word starts with <c>system/</c> while it waits.</summary>
    private ValueTask LogAsync(string address, string text)
    {
        var cut = address.IndexOf('#', StringComparison.Ordinal);
        var name = address.Length == 0 ? app.App : cut < 0 ? address : address[..cut];
        return store.Logs.AppendAsync($"app/{app}", [new LogLine(time.GetUtcNow(), $"system/palisade/{name}", text)]);
    }

    private static string Describe(ConvergeGoal goal, RolloutProgress progress)
    {
        var services = progress.Services.Select(s =>
            $"{s.Service} {s.Healthy}/{s.Desired} healthy{(s.LastProblem is null ? "" : $" ({s.LastProblem})")}");
        return goal.Desired.Release.Length == 0 ? "nothing to run" : $"{goal.Desired.Release}: {string.Join(", ", services)}";
    }

    private static string Verb(ChangeKind change) => change switch
    {
        ChangeKind.Create => "starting",
        ChangeKind.Delete => "removing",
        _ => "updating",
    };
}
