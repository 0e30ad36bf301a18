using Palisade.Domain.Racks;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// S24: stops processes that write more than the rack's parameters allow. No storage of every host can refuse the bytes
/// themselves (ADR 0015), so it measures: at intervals, and as soon as the disk's free space falls by a step.
/// </summary>
/// <param name="engine">Whose containers they are.</param>
/// <param name="rack">As it is now, for its parameters.</param>
/// <param name="seen">All containers, as last seen.</param>
/// <param name="look">Looks at them again.</param>
/// <param name="events">Where the app's log is.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For what goes wrong.</param>
internal sealed class DiskWatch(
    EngineHost engine,
    Func<RackState> rack,
    Func<IEnumerable<SeenContainer>> seen,
    Func<CancellationToken, Task> look,
    IRackEvents events,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Measuring takes at most one part in so many of the time.</summary>
    private const int Rest = 10;

    private const long Mebibyte = 1 << 20;

    private readonly DiskMeter _meter = new(engine.Client.WrittenAsync, engine.Folder);
    private readonly DiskEvidence _evidence = new(engine.Folder);
    private readonly DriveInfo _disk = new(engine.Folder.Path);
    private DiskUse _before = DiskUse.None;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Glance, time);
        var (measured, took, free) = (time.GetTimestamp(), TimeSpan.Zero, long.MaxValue);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var since = time.GetElapsedTime(measured);
                if (since < took * Rest || (since < Period && free - _disk.AvailableFreeSpace < Step))
                {
                    continue;
                }

                free = _disk.AvailableFreeSpace;
                var start = time.GetTimestamp();
                await MeasureAsync(cancellationToken);
                measured = time.GetTimestamp();
                took = time.GetElapsedTime(start, measured);
            }
#pragma warning disable CA1031 // Whatever went wrong once must not end the watch.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.LogDiskWatchFailed(e, rack().Ref.ToString());
                (measured, took) = (time.GetTimestamp(), Glance);
            }
        }
    }

    /// <summary>Small against what a process may write, so that none goes far beyond it between two looks.</summary>
    private long Step => Math.Clamp(Limit("DiskLimit") * Mebibyte / 8, 8 * Mebibyte, 256 * Mebibyte);

    private int Limit(string parameter) => RackParameters.Number(rack(), parameter);

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var all = seen().ToArray();
        var running = all.Where(c => c.State == ProcessPhase.Running).ToArray();
        var now = await _meter.MeasureAsync(running, cancellationToken);
        var exceeding = now.Exceeding(running, _before, Limit("DiskLimit"), Limit("VolumeLimit")).ToArray();
        _before = now;
        // What was marked and runs on was never stopped: the server was killed between the two.
        var ended = all.Where(c => c.State == ProcessPhase.Exited).Concat(exceeding.Select(e => e.Container));
        _evidence.KeepOnly(ended.Select(c => c.ContainerId).ToHashSet());
        foreach (var (container, reason) in exceeding)
        {
            await StopAsync(container, reason, cancellationToken);
        }
    }

    /// <summary>At once, without a grace time in which it could fill the disk.</summary>
    private async Task StopAsync(SeenContainer container, string reason, CancellationToken cancellationToken)
    {
        var labels = container.Labels;
        _evidence.Write(container.ContainerId, reason);
        try
        {
            await engine.Client.KillAsync(container.ContainerId, "SIGKILL", cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Period);
            await engine.Client.WaitAsync(container.ContainerId, limit.Token);
        }
        catch (EngineException e) when (e.IsNotFound || e.IsConflict)
        {
            _evidence.Forget(container.ContainerId);
            return; // It has ended by itself.
        }

        var line = new ProcessLogLine(time.GetUtcNow(), $"process {labels.ProcessId} was stopped: {reason}", "");
        await events.LogAsync(labels.App, $"system/palisade/{labels.Service}", [line], cancellationToken);
        // It stays for a while as evidence; what it wrote need not.
        if (container.UpperFolder is { } upper)
        {
            Empty(upper);
        }

        await look(cancellationToken);
    }

    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
