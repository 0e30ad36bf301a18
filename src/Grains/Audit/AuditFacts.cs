using Palisade.Domain.Audit;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>The facts about each log, as of a read that begins with the call.</summary>
public sealed class AuditFacts(IStore store)
{
    private readonly FoldCache<AuditState, AuditEvent, AuditState> _cache = new(
        store.Journal,
        new AuditState(),
        AuditState.Apply,
        static (state, _, _) => ValueTask.FromResult(state)
    );

    public ValueTask<AuditState> OfAsync(string org, CancellationToken cancellationToken = default) =>
        _cache.GetAsync(StreamId.Audit(LogName.Of(org)), cancellationToken);
}
