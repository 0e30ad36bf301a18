using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Journaling;

/// <summary>
/// Folded states of streams, each as fresh as a read that begins with the call: what was folded is kept, only newer
/// entries are read. Bounded; a state that fell out is folded again.
/// </summary>
/// <param name="derive">From the state at a head; given what was derived from an earlier one, if it is still
/// known.</param>
public sealed class FoldCache<TState, TEvent, TDerived>(
    IJournal journal,
    TState empty,
    Func<TState, TEvent, TState> apply,
    Func<TState, long, TDerived?, CancellationToken, ValueTask<TDerived>> derive
)
    where TEvent : class, IDomainEvent
{
    private const int MaxStreams = 20_000;
    private const int MaxHeads = 1_000;

    /// <summary>What is derived needs nothing of what was derived before.</summary>
    public FoldCache(
        IJournal journal,
        TState empty,
        Func<TState, TEvent, TState> apply,
        Func<TState, long, CancellationToken, ValueTask<TDerived>> derive
    )
        : this(journal, empty, apply, (state, head, _, cancellationToken) => derive(state, head, cancellationToken)) { }

    private readonly ConcurrentDictionary<StreamId, Folded> _folded = new();

    private sealed record Folded(TState State, long Head, TDerived Derived);

    public ValueTask<TDerived> GetAsync(StreamId stream, CancellationToken cancellationToken) =>
        GetAsync(stream, null, cancellationToken);

    /// <summary>At least as fresh as what is proven, if that is.</summary>
    public async ValueTask<TDerived> GetAsync(StreamId stream, ProvenHeads? proven, CancellationToken cancellationToken)
    {
        var proof = proven?.Of(stream.Value) ?? (await journal.HeadsAsync([stream], cancellationToken))[0].Head;
        return await GetAsync(stream, proof, cancellationToken);
    }

    /// <summary>Many at once, in the order asked: their heads are read together.</summary>
    public async IAsyncEnumerable<TDerived> GetAllAsync(
        IEnumerable<StreamId> streams,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(streams);
        foreach (var part in streams.Chunk(MaxHeads))
        {
            foreach (var head in await journal.HeadsAsync([.. part], cancellationToken))
            {
                yield return await GetAsync(head.Stream, head.Head, cancellationToken);
            }
        }
    }

    private async ValueTask<TDerived> GetAsync(StreamId stream, long proof, CancellationToken cancellationToken)
    {
        if (_folded.TryGetValue(stream, out var known) && known.Head >= proof)
        {
            return known.Derived;
        }

        var (state, head) = known is null ? (empty, 0L) : (known.State, known.Head);
        await foreach (var entry in journal.ReadAsync(stream, head, cancellationToken))
        {
            state = entry.Event is TEvent @event ? apply(state, @event) : state;
            head = entry.Seq;
        }

        var folded = new Folded(
            state,
            head,
            await derive(state, head, known is null ? default : known.Derived, cancellationToken)
        );
        if (_folded.Count >= MaxStreams)
        {
            _folded.Clear();
        }

        // A slower reader never puts an older state over a newer one.
        _folded.AddOrUpdate(stream, folded, (_, other) => other.Head > folded.Head ? other : folded);
        return folded.Derived;
    }
}
