namespace Palisade.Storage.Usage;

/// <summary>Tries of one process. Bounded: beyond the capacity, full buckets go first and then all.</summary>
internal sealed class MemoryAttempts(TimeProvider clock, int capacity = 50_000) : IAttempts
{
    private readonly Lock _gate = new();
    private readonly long _begun = clock.GetTimestamp();

    /// <summary>When each bucket is full again.</summary>
    private readonly Dictionary<string, TimeSpan> _full = new(StringComparer.Ordinal);

    private TimeSpan Now => clock.GetElapsedTime(_begun);

    public Task<TimeSpan> TakeAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var now = Now;
            var full = _full.GetValueOrDefault(key) is var known && known > now ? known : now;
            if (full > now + limit.Reach)
            {
                return Task.FromResult(full - limit.Reach - now);
            }

            Sweep(now);
            _full[key] = full + limit.Refill;
            return Task.FromResult(TimeSpan.Zero);
        }
    }

    public Task GiveAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_full.TryGetValue(key, out var full))
            {
                _full[key] = full - limit.Refill;
            }
        }

        return Task.CompletedTask;
    }

    private void Sweep(TimeSpan now)
    {
        if (_full.Count < capacity)
        {
            return;
        }

        foreach (var (key, _) in _full.Where(bucket => bucket.Value <= now).ToList())
        {
            _full.Remove(key);
        }

        if (_full.Count >= capacity)
        {
            _full.Clear();
        }
    }
}
