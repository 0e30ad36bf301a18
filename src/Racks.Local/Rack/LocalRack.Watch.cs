using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Rack;

/// <summary>Looking after what runs, for as long as the server does.</summary>
internal sealed partial class LocalRack
{
    /// <summary>
    /// Looks now; probing and log keeping follow. A container service that has died is made to answer first, within its
    /// own limit.
    /// </summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        try
        {
            await Watch.LookAsync(cancellationToken);
        }
        catch (EngineException e) when (e.Status == 0)
        {
            await Engine.EnsureAsync(cancellationToken);
            await Watch.LookAsync(cancellationToken);
        }

        Volatile.Write(ref _looked, begun);
    }

    /// <summary>However seldom the watch looks.</summary>
    private TimeSpan Lately => TimeSpan.FromTicks(Math.Min(_options.WatchInterval.Ticks, TimeSpan.TicksPerSecond / 2));

    /// <summary>
    /// What is seen is no older than what the watch sees, and nothing has been doubted since.
    /// </summary>
    public bool LookedLately
    {
        get
        {
            var looked = Volatile.Read(ref _looked);
            return looked > Volatile.Read(ref _doubted) && _time.GetElapsedTime(looked) <= Lately;
        }
    }

    /// <summary>A step did not end as it should have: nobody knows what it left before the next look.</summary>
    public void Doubt() => Volatile.Write(ref _doubted, _time.GetTimestamp());

    /// <summary>Ends the watch, which puts back whatever of the rack goes: before all of it is taken away.</summary>
    public async Task EndWatchAsync()
    {
        await _ending.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.WatchInterval, _time);
        for (var round = 0; await NextAsync(timer, cancellationToken); round++)
        {
            try
            {
                await RoundAsync(round, cancellationToken);
                await NoteAsync(Router.IsRunning ? null : "the router does not run", cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong once must not end the watch; it is logged and shown on the rack.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _logger.LogWatchFailed(e, Rack.Ref.ToString());
                await NoteAsync(e.Message, CancellationToken.None);
            }
        }
    }

    private async Task RoundAsync(int round, CancellationToken cancellationToken)
    {
        await Engine.EnsureAsync(cancellationToken);
        await LookAsync(cancellationToken);
        foreach (var (app, reason) in _drifts.ToArray())
        {
            if (await _events.DriftAsync(app, reason, cancellationToken))
            {
                _drifts.TryRemove(KeyValuePair.Create(app, reason));
            }
        }

        await ReapAsync(cancellationToken);
        if (round % 20 == 0)
        {
            await ApplyFirewallAsync(cancellationToken);
        }
    }

    /// <summary>Adopts what a look at the rack found; what is new is told.</summary>
    private async Task NoteAsync(string? problem, CancellationToken cancellationToken)
    {
        var before = Condition;
        Condition = before.Seen(problem, _time.GetUtcNow());
        if (Condition.Since == before.Since)
        {
            return;
        }

        Watch.Wake();
        try
        {
            await _events.LogAsync(Rack.Ref, problem is null ? "ready" : $"not ready: {problem}", cancellationToken);
        }
#pragma warning disable CA1031 // The disk may be what is wrong: it is shown anyway, and the watch goes on.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _logger.LogWatchFailed(e, Rack.Ref.ToString());
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Every look counts, whoever asked for it: a change is seen once only.</summary>
    private void Seen(ContainerWatch.Look look)
    {
        Health.Follow(look.Seen);
        Logs.Follow(look.Seen);
        DiskStops.Follow(look.Seen);
        foreach (var (before, now) in look.Changes)
        {
            NoteDrift(before, now);
        }
    }

    /// <summary>A scaled process that ended or vanished without us is drift.</summary>
    private void NoteDrift(SeenContainer? before, SeenContainer? now)
    {
        var container = now ?? before!;
        if (
            container.Labels.OneOff
            || Removing.ContainsKey(container.Labels.ProcessId)
            || before?.State != ProcessPhase.Running
        )
        {
            return;
        }

        var reason =
            now is null ? $"process {container.Labels.ProcessId} vanished"
            : now is { State: ProcessPhase.Exited, StoppedFor: { } why }
                ? $"process {container.Labels.ProcessId} was stopped: {why}"
            : now.State == ProcessPhase.Exited ? $"process {container.Labels.ProcessId} exited with code {now.ExitCode}"
            : null;
        if (reason is not null)
        {
            _drifts[container.Labels.App] = reason;
        }
    }

    /// <summary>One-off processes go when their time is over, or ten minutes after they ended.</summary>
    private async Task ReapAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (
            var container in Watch.Seen.Values.Where(c =>
                c.Labels.OneOff
                && (c.Labels.Expires < now || (c.State == ProcessPhase.Exited && c.Ended < now.AddMinutes(-10)))
            )
        )
        {
            await RemoveContainerAsync(container, TimeSpan.Zero, cancellationToken);
        }
    }

    /// <summary>Stops (with a grace time when it runs), keeps the rest of its log, removes.</summary>
    public async Task RemoveContainerAsync(SeenContainer container, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (container.State == ProcessPhase.Running)
        {
            await Engine.Client.StopAsync(container.ContainerId, grace, cancellationToken);
        }

        await Logs.FinishAsync(container.ContainerId, TimeSpan.FromSeconds(5));
        await Engine.Client.RemoveAsync(container.ContainerId, force: true, cancellationToken);
    }
}
