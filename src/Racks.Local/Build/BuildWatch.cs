using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>Ends what takes too long or fills the disk of images (S25).</summary>
internal sealed class BuildWatch : IAsyncDisposable
{
    private readonly string _what;
    private readonly BuildLimits _limits;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _disk = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _watching;

    /// <param name="what">What is looked after: <c>build</c>.</param>
    /// <param name="limits">Its bounds.</param>
    /// <param name="folder">A folder on the disk of images.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it, too.</param>
    public BuildWatch(
        string what,
        BuildLimits limits,
        string folder,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        (_what, _limits) = (what, limits);
        _clock = new CancellationTokenSource(limits.Time, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _clock.Token, _disk.Token);
        _watching = WatchDiskAsync(folder, time, _stop.Token);
    }

    /// <summary>Ends it.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why it was ended; null when it was not, or by who asked for it.</summary>
    public Problem? Breach =>
        _disk.IsCancellationRequested
            ? new Exhausted("build.disk_full", $"The {_what} was ended: the disk of images is almost full.")
        : _clock.IsCancellationRequested
            ? new Exhausted("build.timeout", $"The {_what} was ended after {_limits.Time.TotalMinutes:0.#} minutes.")
        : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
        _disk.Dispose();
        _clock.Dispose();
    }

    private async Task WatchDiskAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var drive = new DriveInfo(folder);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (FreeBytes(drive) < _limits.MinFreeDiskBytes)
                {
                    await _disk.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // It is over.
        }
    }

    // A disk that can't be asked at the moment ends no build.
    private static long FreeBytes(DriveInfo drive)
    {
        try
        {
            return drive.AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
