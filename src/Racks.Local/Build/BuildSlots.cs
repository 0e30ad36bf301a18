namespace Palisade.Racks.Local.Build;

/// <summary>How many builds of a rack run at once (S08), and times when none does.</summary>
public sealed class BuildSlots(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>Waits for a place; it is given back when the lease is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Lease(_free, 1);
    }

    /// <summary>
    /// Every place at once, so that no build runs until the lease is disposed; null when one goes on for longer than
    /// the wait. Builds that come meanwhile wait.
    /// </summary>
    public async Task<IDisposable?> TryEnterAloneAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        var taken = 0;
        try
        {
            for (; taken < count; taken++)
            {
                await _free.WaitAsync(limit.Token).ConfigureAwait(false);
            }

            return new Lease(_free, taken);
        }
        catch (OperationCanceledException)
        {
            if (taken > 0)
            {
                _free.Release(taken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    public void Dispose() => _free.Dispose();

    private sealed class Lease(SemaphoreSlim free, int places) : IDisposable
    {
        private int _places = places;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _places, 0) is > 0 and var held)
            {
                free.Release(held);
            }
        }
    }
}
