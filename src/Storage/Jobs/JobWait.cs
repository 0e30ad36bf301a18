namespace Palisade.Storage.Jobs;

/// <summary>Waits until a job may have become due.</summary>
internal static class JobWait
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    /// <param name="nextDue">When the next queued job is due, if there is one.</param>
    /// <param name="nextEnd">When the next lease ends unless renewed, if there is one.</param>
    public static async Task UntilDueAsync(
        JobSignal signal,
        Func<Task<DateTimeOffset?>> nextDue,
        Func<Task<DateTimeOffset?>> nextEnd,
        TimeSpan atMost,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        // Asked before the look at the table, so that an enqueue in between is not missed.
        var raised = signal.Next;
        var now = clock.GetUtcNow();
        var wait = Earliest(await nextDue(), await nextEnd()) is { } next && next - now < atMost ? next - now : atMost;
        if (wait <= TimeSpan.Zero)
        {
            // What is due may be blocked by another job of its stream; the pause keeps a pump that finds nothing from
            // spinning.
            wait = Shortest < atMost ? Shortest : atMost;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(raised, Task.Delay(wait, clock, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}
