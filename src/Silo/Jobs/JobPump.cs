using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Palisade.Grains;
using Palisade.Grains.Jobs;
using Palisade.Storage;
using Palisade.Storage.Jobs;

namespace Palisade.Silo.Jobs;

/// <summary>
/// Claims due jobs and runs them. The node's heartbeat is the lease of all of them: when it is lost, everything that runs is stopped and the
/// node registers again. A stop of the server leaves its jobs to the next start.
/// </summary>
public sealed class JobPump(IStore store, NodeIdentity node, IEnumerable<IJobHandler> handlers, JobPumpOptions options, TimeProvider time, ILogger<JobPump> logger)
    : BackgroundService
{
    private readonly FrozenDictionary<string, IJobHandler> _handlers = handlers.ToFrozenDictionary(h => h.Kind);
    private readonly ConcurrentDictionary<string, Running> _running = new();

    private sealed record Running(Task Task, CancellationTokenSource Stop);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var info = new NodeInfo(node.Id, "", ImmutableHashSet.Create(node.HostCapability));
        await store.Jobs.RegisterAsync(info, stoppingToken);
        var heartbeat = HeartbeatAsync(info, stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var free = options.MaxRunning - _running.Count;
                var claimed = free > 0 ? await store.Jobs.ClaimAsync(node.Id, free, stoppingToken) : [];
                foreach (var job in claimed)
                {
                    Start(job, stoppingToken);
                }

                if (claimed.IsEmpty)
                {
                    await store.Jobs.WaitForDueAsync(options.PollInterval, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what runs is cancelled below and taken up again at the next start.
        }
        finally
        {
            await Task.WhenAll(_running.Values.Select(r => r.Task));
            await heartbeat.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Start(ClaimedJob job, CancellationToken stoppingToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var gate = new TaskCompletionSource();
        var task = Task.Run(
            async () =>
            {
                await gate.Task;
                try
                {
                    await RunAsync(job, stop.Token);
                }
                finally
                {
                    _running.TryRemove(job.Job.Id, out _);
                    stop.Dispose();
                }
            },
            CancellationToken.None);
        _running[job.Job.Id] = new Running(task, stop);
        gate.SetResult();
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        JobEnd end;
        try
        {
            end = _handlers.TryGetValue(job.Job.Kind, out var handler)
                ? await handler.RunAsync(new JobContext(job, store.Jobs), cancellationToken)
                : new JobEnd.Dead($"no handler for {job.Job.Kind}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = await store.Jobs.GetAsync(job.Job.Id, CancellationToken.None) is { CancelRequested: true }
                ? new JobEnd.Cancelled("cancelled")
                : new JobEnd.Retry("the server stopped", TimeSpan.Zero);
        }
#pragma warning disable CA1031 // A handler's bug must not end the pump; it is logged, and shown on the job.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogJobFailed(e, job.Job.Kind, job.Job.Id, job.Attempt);
            end = job.Attempt >= options.MaxAttempts
                ? new JobEnd.Dead($"{e.GetType().Name} after {job.Attempt} attempts")
                : new JobEnd.Retry(e.GetType().Name, Backoff(job.Attempt));
        }

        await store.Jobs.EndAsync(job.Fence, end, CancellationToken.None);
    }

    private async Task HeartbeatAsync(NodeInfo info, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (!await store.Jobs.HeartbeatAsync(info.Id, cancellationToken))
            {
                logger.LogLeaseLost(info.Id);
                foreach (var running in _running.Values)
                {
                    await running.Stop.CancelAsync();
                }

                await store.Jobs.RegisterAsync(info, cancellationToken);
            }

            foreach (var (id, running) in _running)
            {
                if (await store.Jobs.GetAsync(id, cancellationToken) is { CancelRequested: true })
                {
                    await running.Stop.CancelAsync();
                }
            }
        }
    }

    private static TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, attempt - 1)));
}
