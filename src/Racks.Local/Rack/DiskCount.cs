namespace Palisade.Racks.Local.Rack;

/// <summary>When a holder was last measured, and whether it is time again.</summary>
internal sealed class DiskCount(TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Measuring takes at most one part in so many of the time, unless the disk fills fast.</summary>
    private const int Rest = 10;

    private const long Mebibyte = 1 << 20;

    private long _at;
    private long _free;
    private TimeSpan _took;

    /// <summary>The one that goes on, or the last one.</summary>
    public Task Counting { get; private set; } = Task.CompletedTask;

    private bool Never => _at == 0;

    public bool IsDue(long free, DiskLimits limits)
    {
        if (!Counting.IsCompleted)
        {
            return false;
        }

        var (since, fallen) = (time.GetElapsedTime(_at), _free - free);
        return Never
            || fallen >= limits.Layer
            || (since >= _took * Rest && (since >= Period || fallen >= Step(limits)));
    }

    /// <param name="free">Bytes free on the disk now.</param>
    /// <param name="count">
    /// Counts, told whether it took long the last time; gives how long, or null when it could not.
    /// </param>
    public void Begin(long free, Func<bool, Task<TimeSpan?>> count)
    {
        _free = free;
        Counting = RunAsync();

        async Task RunAsync()
        {
            await Task.Yield();
            _took = await count(_took > DiskLanes.Patience) ?? TimeSpan.Zero;
            _at = Math.Max(1, time.GetTimestamp());
        }
    }

    /// <summary>Small against what a process may write, so that none goes far beyond it between two looks.</summary>
    private static long Step(DiskLimits limits) => Math.Clamp(limits.Layer / 8, 8 * Mebibyte, 256 * Mebibyte);
}
