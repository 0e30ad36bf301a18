using System.Collections.Concurrent;

namespace Palisade.Grains.Access;

/// <summary>
/// Token buckets by key (a principal, an address). Bounded: beyond the capacity, full buckets go first and then any.
/// </summary>
/// <param name="perSecond">Refill.</param>
/// <param name="burst">Size of a bucket.</param>
public sealed class TokenBuckets(double perSecond, double burst, TimeProvider time, int capacity = 10_000)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one token. Gives zero when there was one, otherwise how long to wait for it.</summary>
    public TimeSpan Take(string key) => Take(key, perSecond, burst);

    /// <summary>The same from a bucket whose refill and size are its own; they may change between two calls.</summary>
    public TimeSpan Take(string key, double perSecond, double burst)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
        {
            // Only where one is added: counting locks the whole dictionary.
            if (_buckets.Count > capacity)
            {
                Sweep();
            }

            bucket = _buckets.GetOrAdd(
                key,
                static (_, state) => new Bucket(state.perSecond, state.burst, state.now),
                (perSecond, burst, now: time.GetTimestamp())
            );
        }

        lock (bucket)
        {
            (bucket.PerSecond, bucket.Burst) = (perSecond, burst);
            Refill(bucket);
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens -= 1;
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds((1 - bucket.Tokens) / perSecond);
        }
    }

    /// <summary>Gives back what was taken for something that turned out to cost nothing.</summary>
    public void Give(string key)
    {
        if (_buckets.TryGetValue(key, out var bucket))
        {
            lock (bucket)
            {
                bucket.Tokens = Math.Min(bucket.Burst, bucket.Tokens + 1);
            }
        }
    }

    private void Refill(Bucket bucket)
    {
        var now = time.GetTimestamp();
        bucket.Tokens = Math.Min(
            bucket.Burst,
            bucket.Tokens + (time.GetElapsedTime(bucket.Last, now).TotalSeconds * bucket.PerSecond)
        );
        bucket.Last = now;
    }

    private void Sweep()
    {
        foreach (var (key, bucket) in _buckets)
        {
            lock (bucket)
            {
                Refill(bucket);
                if (bucket.Tokens >= bucket.Burst || _buckets.Count > capacity * 2)
                {
                    _buckets.TryRemove(key, out _);
                }
            }
        }
    }

    private sealed class Bucket(double perSecond, double burst, long last)
    {
        public double PerSecond { get; set; } = perSecond;

        public double Burst { get; set; } = burst;

        public double Tokens { get; set; } = burst;

        public long Last { get; set; } = last;
    }
}
