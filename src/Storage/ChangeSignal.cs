namespace Palisade.Storage;

/// <summary>
/// "Something may have changed": subscribed from its making on, so that a look made afterwards misses nothing.
/// Coalesces.
/// </summary>
public sealed class ChangeSignal : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly CancellationToken _stop;

    public ChangeSignal(IChangeFeed feed, string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feed);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stop = _end.Token;
        _ = ListenAsync(feed.SubscribeAsync(topic, _stop));
    }

    /// <summary>Completes at the next change, or at once when there was one since the last call.</summary>
    public Task NextAsync() => _changed.WaitAsync(_stop);

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task ListenAsync(IAsyncEnumerable<Change> changes)
    {
        try
        {
            await foreach (var _ in changes)
            {
                if (_changed.CurrentCount == 0)
                {
                    _changed.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
    }
}
