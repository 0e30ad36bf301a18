using System.Collections.Immutable;
using System.Net;
using Palisade.Domain.Installation;
using Palisade.Grains.Journaling;
using Palisade.Grains.Outgoing;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Installation;

/// <summary>The installation's facts, as of a read that begins with the call.</summary>
public sealed class InstallationFacts(IStore store) : IOutgoingNetworks
{
    private readonly FoldCache<InstallationState, InstallationEvent, Known> _cache = new(
        store.Journal,
        new InstallationState(),
        InstallationState.Apply,
        static (state, head, _) =>
            ValueTask.FromResult(
                new Known(state, head, [.. state.OutgoingNetworks.Select(network => IPNetwork.Parse(network))])
            )
    );

    private sealed record Known(InstallationState State, long Head, ImmutableArray<IPNetwork> Networks);

    public async ValueTask<InstallationState> GetAsync(CancellationToken cancellationToken = default) =>
        (await KnownAsync(cancellationToken)).State;

    /// <summary>Whether the person operates the installation, and the guard that keeps it so until an append.</summary>
    public async ValueTask<(bool IsOperator, ReadGuard Guard)> IsOperatorAsync(
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        var known = await KnownAsync(cancellationToken);
        return (known.State.IsOperator(userId), new ReadGuard(StreamId.InstallationFacts, known.Head));
    }

    public async ValueTask<ImmutableArray<IPNetwork>> AllowedAsync(CancellationToken cancellationToken = default) =>
        (await KnownAsync(cancellationToken)).Networks;

    private ValueTask<Known> KnownAsync(CancellationToken cancellationToken) =>
        _cache.GetAsync(StreamId.InstallationFacts, cancellationToken);
}
