using System.Collections.Concurrent;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Keys;

/// <summary>
/// Data keys in memory, unwrapped. Whatever destroys one empties the cache after its commit and before anybody is told,
/// and a reader that looked before it brings none back. Boundedly many: one that fell out is unwrapped again.
/// </summary>
internal sealed class DataKeyCache(int capacity = 50_000)
{
    private readonly ConcurrentDictionary<string, DataKey> _current = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DataKey> _byId = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _generation;

    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>The newest key of the scope, if it is known.</summary>
    public DataKey? Current(string scope) => _current.GetValueOrDefault(scope);

    public DataKey? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>By a reader that took the generation before it read.</summary>
    public void Learn(DataKey key, bool current, long generation)
    {
        lock (_gate)
        {
            if (generation != Generation)
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
        }
    }
}
