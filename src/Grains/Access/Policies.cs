using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <summary>The compiled policy of each organization, as of a read that begins with the call.</summary>
public sealed class Policies(IStore store)
{
    private readonly FoldCache<OrgState, OrgEvent, CompiledPolicy> _cache = new(
        store.Journal, new OrgState(), OrgStateFold.Apply, static (state, head, _) => ValueTask.FromResult(state.Compile(head)));

    public ValueTask<CompiledPolicy> OfAsync(string org, CancellationToken cancellationToken = default) =>
        _cache.GetAsync(StreamId.Org(org), cancellationToken);
}
