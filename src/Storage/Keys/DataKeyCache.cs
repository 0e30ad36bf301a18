using System.Collections.Concurrent;

namespace Palisade.Storage.Keys;

/// <summary>
/// Data keys in memory, unwrapped. Whatever destroys one empties the cache after its commit and before anybody is told,
/// and a reader that looked before it brings none back. Boundedly many: one that fell out is unwrapped again.
/// </summary>
/// <param name="keep">For how long a key is held at most, where another process may destroy it and the notice of that
/// may never come; null where there is no other one.</param>
internal sealed class DataKeyCache(TimeProvider clock, TimeSpan? keep = null, int capacity = 50_000)
{
    private readonly ConcurrentDictionary<string, DataKey> _current = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DataKey> _byId = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _generation;
    private long _emptied = clock.GetTimestamp();

    /// <summary>Asked before a key is read that is to be learnt.</summary>
    public long Generation
    {
        get
        {
            EmptyWhenOld();
            return Interlocked.Read(ref _generation);
        }
    }

    /// <summary>The newest key of the scope, if it is known.</summary>
    public DataKey? Current(string scope)
    {
        EmptyWhenOld();
        return _current.GetValueOrDefault(scope);
    }

    public DataKey? Find(string id)
    {
        EmptyWhenOld();
        return _byId.GetValueOrDefault(id);
    }

    /// <summary>By a reader that took the generation before it read.</summary>
    public void Learn(DataKey key, bool current, long generation)
    {
        lock (_gate)
        {
            if (generation != Interlocked.Read(ref _generation))
            {
                return;
            }

            if (_byId.Count >= capacity)
            {
                _byId.Clear();
                _current.Clear();
            }

            _byId[key.Id] = key;
            if (current)
            {
                _current[key.Scope] = key;
            }
        }
    }

    /// <summary>By the writer, after the commit.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _generation);
            _byId.Clear();
            _current.Clear();
            Volatile.Write(ref _emptied, clock.GetTimestamp());
        }
    }

    // INVARIANT: what it holds was read after it was emptied last, so nothing is older than that.
    private void EmptyWhenOld()
    {
        if (keep is { } longest && clock.GetElapsedTime(Volatile.Read(ref _emptied)) > longest)
        {
            Clear();
        }
    }
}
