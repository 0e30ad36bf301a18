namespace Palisade.Racks.Local.Rack;

/// <summary>
/// S24: so many counts run at once, and one that takes long is no hindrance to the others: it is begun again beside
/// them, where only others like it wait for it.
/// </summary>
internal sealed class DiskLanes(TimeProvider time) : IDisposable
{
    /// <summary>What a count may take before it makes room for others.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _quick = new(2);
    private readonly SemaphoreSlim _slow = new(1);

    /// <summary>
    /// What the count gave and how long it took; <see cref="DiskLimits.Uncountable"/> beyond a minute.
    /// </summary>
    /// <param name="count">Counts; ended when it takes too long.</param>
    /// <param name="slow">It took long the last time.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    public async Task<(long Held, TimeSpan Took)> CountAsync(
        Func<CancellationToken, Task<long>> count,
        bool slow,
        CancellationToken cancellationToken
    ) =>
        (slow ? null : await WithinAsync(_quick, Patience, count, cancellationToken))
        ?? await WithinAsync(_slow, Bound, count, cancellationToken)
        ?? (DiskLimits.Uncountable, Bound);

    public void Dispose()
    {
        _quick.Dispose();
        _slow.Dispose();
    }

    /// <summary>Null when it took longer.</summary>
    private async Task<(long, TimeSpan)?> WithinAsync(
        SemaphoreSlim lane,
        TimeSpan limit,
        Func<CancellationToken, Task<long>> count,
        CancellationToken cancellationToken
    )
    {
        await lane.WaitAsync(cancellationToken);
        try
        {
            var start = time.GetTimestamp();
            using var timer = new CancellationTokenSource(limit, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            return (await count(ended.Token), time.GetElapsedTime(start));
        }
        catch (Exception e)
            when (e is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lane.Release();
        }
    }
}
