using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// S24: stops processes that write more than the rack's parameters allow. No storage of every host can refuse the bytes
/// themselves (ADR 0015), so it measures each holder by itself: at intervals, and as soon as the disk's free space
/// falls by a step.
/// </summary>
/// <param name="limits">As they are now.</param>
/// <param name="seen">All containers, as last seen.</param>
/// <param name="free">Bytes free on the disk.</param>
/// <param name="measure">Measures a holder; may end when it holds more than the bytes given.</param>
/// <param name="stop">Stops a container, for a reason.</param>
/// <param name="failed">Told what went wrong; it is tried again.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskWatch(
    Func<DiskLimits> limits,
    Func<IEnumerable<SeenContainer>> seen,
    Func<long> free,
    Func<DiskHolder, long, CancellationToken, Task<long>> measure,
    Func<SeenContainer, string, CancellationToken, Task> stop,
    Action<Exception> failed,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    private readonly DiskLanes _lanes = new(time);
    private readonly Dictionary<string, DiskCount> _counts = [];

    /// <summary>Apps that may have had processes with volumes since these were counted.</summary>
    private readonly ConcurrentDictionary<string, AppRef> _mounted = new();

    /// <summary>By app id: what volumes held when they were last counted. Outlives who mounts them.</summary>
    private readonly ConcurrentDictionary<string, long> _volumes = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Glance, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Look(cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(_counts.Values.Select(c => c.Counting));
        }
    }

    /// <summary>Whether the app's volumes have room for a process that mounts them. They are counted again.</summary>
    public Result<Done> HasRoom(AppRef app, string appId)
    {
        Mounted(app, appId);
        return _volumes.TryGetValue(appId, out var held) && limits().Refused(app.App, held) is { } full
            ? full
            : Result.Done;
    }

    /// <summary>A process that mounts the app's volumes was started, and may have ended already.</summary>
    public void Mounted(AppRef app, string appId) => _mounted[appId] = app;

    /// <summary>The app's volumes are gone.</summary>
    public void Forget(string appId)
    {
        _mounted.TryRemove(appId, out _);
        _volumes.TryRemove(appId, out _);
    }

    /// <summary>Begins to count whatever is due.</summary>
    internal void Look(CancellationToken cancellationToken)
    {
        try
        {
            var (now, limit) = (free(), limits());
            var holders = Holders();
            foreach (var (key, _) in _counts.Where(c => c.Value.Counting.IsCompleted && !holders.ContainsKey(c.Key)))
            {
                _counts.Remove(key);
            }

            foreach (var (key, holder) in holders)
            {
                var count = _counts.TryGetValue(key, out var known) ? known : _counts[key] = new DiskCount(time);
                if (count.IsDue(now, limit))
                {
                    count.Begin(now, slow => CountAsync(holder, slow, cancellationToken));
                }
            }
        }
#pragma warning disable CA1031 // Whatever went wrong once must not end the watch.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed(e);
        }
    }

    public void Dispose() => _lanes.Dispose();

    private Dictionary<string, DiskHolder> Holders()
    {
        var running = seen().Where(c => c.State == ProcessPhase.Running).ToArray();
        var mounting = running.Where(c => c.HasVolumes).ToLookup(c => c.Labels.AppId);
        foreach (var app in mounting)
        {
            _mounted[app.Key] = app.First().Labels.App;
        }

        return running
            .Select(DiskHolder (c) => new LayerHolder(c))
            .Concat(_mounted.Select(m => new VolumeHolder(m.Value, m.Key, [.. mounting[m.Key]])))
            .ToDictionary(h => h.Key);
    }

    /// <summary>How long it took; null when it could not be done.</summary>
    private async Task<TimeSpan?> CountAsync(DiskHolder holder, bool slow, CancellationToken cancellationToken)
    {
        try
        {
            var enough = holder is LayerHolder ? limits().Layer : limits().VolumesAtMost;
            if (holder is VolumeHolder { Mounting.IsEmpty: true, AppId: var appId })
            {
                // Whoever mounts them now is counted once more at the end, and whoever does so meanwhile by the next.
                _mounted.TryRemove(appId, out _);
            }

            var (held, took) = await _lanes.CountAsync(ct => measure(holder, enough, ct), slow, cancellationToken);
            // One that can't be stopped, or takes its time, keeps none of the others running.
            await Task.WhenAll(
                Exceeding(holder, held).Select(c => StopAsync(c.Container, c.Reason, cancellationToken))
            );
            return took;
        }
#pragma warning disable CA1031 // Whatever went wrong with one must not end the watch of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                failed(e);
            }

            return null;
        }
    }

    private async Task StopAsync(SeenContainer container, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await stop(container, reason, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever went wrong with one must not keep the others running.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                failed(e);
            }
        }
    }

    /// <summary>The running containers that are to be stopped, and why.</summary>
    private ImmutableArray<(SeenContainer Container, string Reason)> Exceeding(DiskHolder holder, long held)
    {
        switch (holder)
        {
            case LayerHolder layer:
                return limits().OfLayer(held) is { } much ? [(layer.Container, much)] : [];
            case VolumeHolder volumes:
                long? before = _volumes.TryGetValue(volumes.AppId, out var earlier) ? earlier : null;
                _volumes[volumes.AppId] = held;
                return limits().OfVolumes(volumes.App.App, held, before) is { } full
                    ? [.. volumes.Mounting.Select(c => (c, full))]
                    : [];
            default:
                throw new InvalidOperationException($"Unknown holder {holder.Key}.");
        }
    }
}
