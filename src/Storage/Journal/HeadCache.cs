using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Palisade.Storage.Journal;

/// <summary>Where a stream stands; 0 and the genesis-less empty hash when it does not exist.</summary>
internal readonly record struct Head(long Seq, byte[] Hash)
{
    public static Head None { get; } = new(0, []);

    public StreamHead Of(StreamId stream) => new(stream, Seq, ImmutableCollectionsMarshal.AsImmutableArray(Hash));
}

/// <summary>
/// Heads of streams in memory. Where this process is the only writer they are exact: it publishes after each commit and
/// before anybody is told. Where others write too they are guesses, which a compare-and-swap proves or refuses.
/// Bounded; when full it starts again and the database answers.
/// </summary>
internal sealed class HeadCache(int capacity = 100_000)
{
    private readonly ConcurrentDictionary<string, Head> _heads = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _generation;

    public long Generation => Interlocked.Read(ref _generation);

    public bool TryGet(string stream, out Head head) => _heads.TryGetValue(stream, out head);

    /// <summary>By the writer, after the commit.</summary>
    public void Publish(Dictionary<string, Head> heads)
    {
        lock (_gate)
        {
            if (_heads.Count + heads.Count > capacity)
            {
                Forget();
            }

            foreach (var (stream, head) in heads)
            {
                _heads[stream] = head;
            }
        }
    }

    /// <summary>
    /// By a reader: kept unless the cache was emptied since, or the writer has published something newer.
    /// </summary>
    public void Learn(string stream, Head head, long generation)
    {
        lock (_gate)
        {
            // INVARIANT: a head read before the cache was emptied may be older than one that was published and then
            // forgotten.
            if (generation == Generation && _heads.Count < capacity)
            {
                _heads.AddOrUpdate(stream, head, (_, held) => held.Seq >= head.Seq ? held : head);
            }
        }
    }

    /// <summary>After a guess was wrong.</summary>
    public void Forget(string stream) => _heads.TryRemove(stream, out _);

    public void Clear()
    {
        lock (_gate)
        {
            Forget();
        }
    }

    private void Forget()
    {
        Interlocked.Increment(ref _generation);
        _heads.Clear();
    }
}
