using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Grains.Apps;

/// <summary>
/// Steps of a plan that run beside each other: what is under way is not begun twice, and one that failed rests before
/// it is tried again, longer each time.
/// </summary>
internal sealed class StepsUnderWay(AppRef app, IRackProvider provider, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Task<Result<Done>>> _underWay = [];
    private readonly Dictionary<string, Failure> _failing = [];

    private sealed record Failure(string Code, TimeSpan Rest, DateTimeOffset Until);

    public int Count => _underWay.Count;

    /// <summary>Begins what is not under way and not resting; gives the steps that are new, to be told.</summary>
    public List<PlanStep> Begin(DesiredApp desired, Plan plan, CancellationToken cancellationToken)
    {
        var told = new List<PlanStep>();
        var now = time.GetUtcNow();
        foreach (var step in plan.Steps.Where(s => !_underWay.ContainsKey(s.Address)))
        {
            var failure = _failing.GetValueOrDefault(step.Address);
            if (failure is not null && failure.Until > now)
            {
                continue;
            }

            if (failure is null)
            {
                told.Add(step);
            }

            _underWay[step.Address] = ApplyAsync(desired, step, cancellationToken);
        }

        return told;
    }

    /// <summary>
    /// Takes note of steps that have ended. A failing one is planned again; its problem is told once.
    /// </summary>
    public async Task<List<(string Address, string Text)>> CollectAsync()
    {
        var told = new List<(string, string)>();
        foreach (var (address, task) in _underWay.Where(p => p.Value.IsCompleted).ToArray())
        {
            _underWay.Remove(address);
            var result = await task;
            if (result.TryGet(out _, out var problem))
            {
                _failing.Remove(address);
                continue;
            }

            var before = _failing.GetValueOrDefault(address);
            var rest =
                before is null ? FirstRest
                : before.Rest * 2 < LongestRest ? before.Rest * 2
                : LongestRest;
            _failing[address] = new Failure(problem.Code, rest, time.GetUtcNow() + rest);
            if (before?.Code != problem.Code)
            {
                told.Add((address, problem.Text));
                logger.LogStepFailed(app.ToString(), address, problem.Code);
            }
        }

        return told;
    }

    /// <summary>
    /// Until a step ends, a resting one may be tried, one of the signals comes, or the given time is over.
    /// </summary>
    public async Task WaitAsync(Task[] signals, TimeSpan lookAgain, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var failure in _failing.Values.Where(f => f.Until > now && f.Until - now < lookAgain))
        {
            lookAgain = failure.Until - now;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rest = Task.Delay(lookAgain, time, wait.Token);
        await Task.WhenAny([rest, .. signals, .. _underWay.Values]);
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for all of them, however they end.</summary>
    public async Task EndedAsync()
    {
        await Task.WhenAll(_underWay.Values)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _underWay.Clear();
    }

    private async Task<Result<Done>> ApplyAsync(DesiredApp desired, PlanStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await GrainTelemetry.StepAsync(
                app,
                step,
                () => provider.ApplyAsync(desired, step, cancellationToken)
            );
        }
#pragma warning disable CA1031 // One broken step must not end the others; it is planned again and its rest grows.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogStepBroke(e, app.ToString(), step.Address);
            return new Unavailable("step.broken", $"{step.Resource} {step.Address} failed: {e.GetType().Name}");
        }
    }
}
