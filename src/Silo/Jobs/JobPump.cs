using System.Collections.Concurrent;
using System.Collections.Frozen;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Jobs;
using Palisade.Silo.Telemetry;
using Palisade.Storage;
using Palisade.Storage.Jobs;

namespace Palisade.Silo.Jobs;

/// <summary>
/// Claims due jobs and runs them. The heartbeat is the lease of all of them: when it is lost, everything that runs is
/// stopped, and the node goes on as a new incarnation at once, also beside what does not stop. A stop of the server
/// leaves its jobs to the next start.
/// </summary>
public sealed class JobPump(
    IStore store,
    NodeIdentity node,
    IEnumerable<IJobHandler> handlers,
    JobPumpOptions options,
    TimeProvider time,
    ILogger<JobPump> logger
) : BackgroundService
{
    private const int MaxEndTries = 5;

    private readonly FrozenDictionary<string, IJobHandler> _handlers = handlers.ToFrozenDictionary(h => h.Kind);
    private readonly ConcurrentDictionary<JobFence, Running> _running = new();

    /// <summary>
    /// How often each job threw in this process; attempts also count restarts and waits, which are nobody's fault.
    /// </summary>
    private readonly ConcurrentDictionary<string, int> _thrown = new();

    private sealed record Running(Task Task, CancellationTokenSource Stop, JobDraft Job);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>
    /// Until the server stops. INVARIANT: nothing in it leaves the context that it was begun in, so that a simulation
    /// decides the order of all of it.
    /// </summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        // Not on the starter's thread: the first claim reads the disk.
        await Task.Yield();
        for (var incarnation = 1; !stoppingToken.IsCancellationRequested; incarnation++)
        {
            var id = incarnation == 1 ? node.Id : $"{node.Id}-{incarnation}";
            if (!await TryRegisterAsync(id, stoppingToken))
            {
                continue;
            }

            using var lease = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);

            // The lease holds until the last job has ended, also when the server stops: nobody else takes one up
            // meanwhile.
            using var beat = new CancellationTokenSource();
            var heartbeat = HeartbeatAsync(id, lease, beat.Token);
            await ClaimAsync(id, lease.Token);
            if (stoppingToken.IsCancellationRequested)
            {
                await EndedAsync(_running.Values);
            }

            Cancel(beat);
            await heartbeat;
        }

        // What a lost lease had left.
        await EndedAsync(_running.Values);
    }

    private static Task EndedAsync(IEnumerable<Running> running) => Task.WhenAll(running.Select(r => r.Task));

    /// <summary>
    /// False when it was not answered: nobody knows whether the id is taken, and the next one is free.
    /// </summary>
    private async Task<bool> TryRegisterAsync(string id, CancellationToken stoppingToken)
    {
        try
        {
            await store.Jobs.RegisterAsync(new NodeInfo(id, node.Url, node.Capabilities), stoppingToken);
            return true;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return false;
        }
        // As for a claim: the store may be away for a moment, and so was the lease that was lost just before.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogPumpFailed(e);
            await PauseAsync(options.PollInterval, stoppingToken);
            return false;
        }
    }

    /// <summary>Takes up due jobs until the lease is lost or the server stops; what runs then is cancelled.</summary>
    private async Task ClaimAsync(string id, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var free = options.MaxRunning - _running.Values.Count(r => !r.Job.Standing);
                var claimed =
                    free > 0 ? await store.Jobs.ClaimAsync(id, free, options.MaxOfOrg, cancellationToken) : [];
                foreach (var job in claimed)
                {
                    Start(job, cancellationToken);
                }

                if (claimed.IsEmpty)
                {
                    await store.Jobs.WaitForDueAsync(options.PollInterval, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            // The store may be busy or full for a moment; a pump that ends would leave every job where it is.
#pragma warning disable CA1031
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogPumpFailed(e);
                await PauseAsync(options.PollInterval, cancellationToken);
            }
        }
    }

    private void Start(ClaimedJob job, CancellationToken lease)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(lease);
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Never two of one (kind, stream), also where one of a lost lease does not heed its stop.
        var earlier = EndedAsync(
            _running.Values.Where(r => (r.Job.Kind, r.Job.Stream) == (job.Job.Kind, job.Job.Stream))
        );
        _running[job.Fence] = new Running(StartAsync(job, listed.Task, earlier, stop, lease), stop, job.Job);
        listed.SetResult();
    }

    private async Task StartAsync(
        ClaimedJob job,
        Task listed,
        Task earlier,
        CancellationTokenSource stop,
        CancellationToken lease
    )
    {
        try
        {
            await listed;
            await RunAsync(job, earlier, stop.Token, lease);
        }
#pragma warning disable CA1031 // Its end could not be stored; the job is taken up again when the lease is over.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogJobFailed(e, job.Job.Kind, job.Job.Id, job.Attempt);
        }
        finally
        {
            _running.TryRemove(job.Fence, out _);
            stop.Dispose();
        }
    }

    private async Task RunAsync(ClaimedJob job, Task earlier, CancellationToken stop, CancellationToken lease)
    {
        Correlation.Begin(job.Job.Caller.RequestId);
        var context = new JobContext(job, store.Jobs);
        var handler = _handlers.GetValueOrDefault(job.Job.Kind);
        var end =
            handler is null ? new JobEnd.Dead($"no handler for {job.Job.Kind}")
            : job.CancelRequested ? new JobEnd.Cancelled("cancelled")
            : await JobTelemetry.RunAsync(job, () => RunAsync(handler, context, earlier, stop, lease));
        if (end is not JobEnd.Retry)
        {
            _thrown.TryRemove(job.Job.Id, out _);
        }

        if (handler is not null && end is JobEnd.Cancelled or JobEnd.Dead)
        {
            end = await GiveUpAsync(handler!, context, end);
        }

        await EndAsync(job.Fence, end, lease);
    }

    /// <summary>
    /// What waits for this job must hear of its end before it is over; a kill in between runs it again, and so does a
    /// failure here.
    /// </summary>
    private async Task<JobEnd> GiveUpAsync(IJobHandler handler, JobContext context, JobEnd end)
    {
        try
        {
            var reason = end is JobEnd.Dead dead ? dead.Error : ((JobEnd.Cancelled)end).Reason;
            await handler.GiveUpAsync(context, reason, CancellationToken.None);
            return end;
        }
#pragma warning disable CA1031 // As for the handler's work itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogJobFailed(e, context.Job.Kind, context.Job.Id, context.Attempt);
            return new JobEnd.Retry(e.GetType().Name, Backoff(options.MaxAttempts));
        }
    }

    /// <summary>
    /// An end that is not stored would leave the job running for ever while this node is alive: it is tried until it
    /// is, or the lease is over and the job is taken up again.
    /// </summary>
    private async Task EndAsync(JobFence fence, JobEnd end, CancellationToken lease)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store.Jobs.EndAsync(fence, end, CancellationToken.None);
                return;
            }
#pragma warning disable CA1031 // The store may be full or away.
            catch (Exception e) when (tries < MaxEndTries || !lease.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.LogPumpFailed(e);
                await PauseAsync(Backoff(tries), CancellationToken.None);
            }
        }
    }

    private async Task<JobEnd> RunAsync(
        IJobHandler handler,
        JobContext context,
        Task earlier,
        CancellationToken stop,
        CancellationToken lease
    )
    {
        var (id, attempt) = (context.Job.Id, context.Attempt);
        try
        {
            await earlier.WaitAsync(stop);
            return await handler.RunAsync(context, stop);
        }
        catch (OperationCanceledException) when (lease.IsCancellationRequested)
        {
            return new JobEnd.Retry("the server stopped", TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new JobEnd.Cancelled("cancelled");
        }
#pragma warning disable CA1031 // A handler's bug must not end the pump; it is logged, and shown on the job.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogJobFailed(e, context.Job.Kind, id, attempt);
            var thrown = _thrown.AddOrUpdate(id, 1, static (_, n) => n + 1);
            return thrown >= options.MaxAttempts && !context.Job.Standing
                ? new JobEnd.Dead($"{e.GetType().Name} after {thrown} attempts")
                : new JobEnd.Retry(e.GetType().Name, Backoff(thrown));
        }
    }

    /// <summary>
    /// Ends <paramref name="lease"/> when it is lost. A heartbeat that can't be told is tried again: only time decides.
    /// </summary>
    private async Task HeartbeatAsync(string id, CancellationTokenSource lease, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, time);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                if (!await store.Jobs.HeartbeatAsync(id, cancellationToken))
                {
                    logger.LogLeaseLost(id);
                    Cancel(lease);
                    return;
                }

                await StopRequestedAsync(id, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // See above.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogPumpFailed(e);
            }
        }
    }

    private async Task StopRequestedAsync(string id, CancellationToken cancellationToken)
    {
        // One question for all of them: the next heartbeat waits for it.
        foreach (var fence in await store.Jobs.StopRequestedAsync(id, cancellationToken))
        {
            if (_running.TryGetValue(fence, out var running))
            {
                Cancel(running.Stop);
            }
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            // Not CancelAsync: it would be awaited as well, and leaves the context.
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    /// <summary>Ends early, without throwing, when it is cancelled.</summary>
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);

    private static TimeSpan Backoff(int thrown) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, thrown - 1)));
}
