using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <summary>The compiled policy of each organization, as of a read that begins with the call.</summary>
public sealed class Policies(IStore store)
{
    private readonly FoldCache<OrgState, OrgEvent, (OrgState State, CompiledPolicy Policy)> _cache = new(
        store.Journal,
        new OrgState(),
        OrgStateFold.Apply,
        static (state, head, previous, _) => ValueTask.FromResult((state, state.Compile(head, previous.Policy)))
    );

    public async ValueTask<CompiledPolicy> OfAsync(string org, CancellationToken cancellationToken = default) =>
        (await OrgAsync(org, cancellationToken)).Policy;

    /// <summary>The organization itself, and the policy of the same version.</summary>
    public ValueTask<(OrgState State, CompiledPolicy Policy)> OrgAsync(
        string org,
        CancellationToken cancellationToken = default
    ) => OrgAsync(org, null, cancellationToken);

    /// <summary>At least as fresh as what is proven, if that is.</summary>
    public ValueTask<(OrgState State, CompiledPolicy Policy)> OrgAsync(
        string org,
        ProvenHeads? proven,
        CancellationToken cancellationToken = default
    ) => _cache.GetAsync(StreamId.Org(org), proven, cancellationToken);
}
