using Palisade.Domain.Audit;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>The facts about each log, as of a read that begins with the call.</summary>
public sealed class AuditFacts(IStore store)
{
    private readonly FoldCache<AuditState, AuditEvent, Known> _cache = new(
        store.Journal,
        new AuditState(),
        AuditState.Apply,
        static (state, head, _) => ValueTask.FromResult(new Known(state, head))
    );

    private sealed record Known(AuditState State, long Head);

    public async ValueTask<AuditState> OfAsync(string org, CancellationToken cancellationToken = default) =>
        (await KnownAsync(org, cancellationToken)).State;

    /// <summary>The same, and the guard under which nothing of it has changed by the time of an append.</summary>
    public async ValueTask<(AuditState State, ReadGuard Guard)> GuardedAsync(
        string org,
        CancellationToken cancellationToken = default
    )
    {
        var known = await KnownAsync(org, cancellationToken);
        return (known.State, new(StreamOf(org), known.Head));
    }

    private ValueTask<Known> KnownAsync(string org, CancellationToken cancellationToken) =>
        _cache.GetAsync(StreamOf(org), cancellationToken);

    private static StreamId StreamOf(string org) => StreamId.Audit(LogName.Of(org));
}
