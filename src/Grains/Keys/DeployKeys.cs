using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Keys;

/// <summary>Finds deploy keys and what they may do, as of a read that begins with the call.</summary>
public sealed class DeployKeys(IStore store, Policies policies, TimeProvider time)
{
    private const int MaxCompiled = 10_000;

    private readonly FoldCache<DeployKeyState, DeployKeyEvent, (DeployKeyState State, long Head)> _keys = new(
        store.Journal,
        new DeployKeyState(),
        DeployKeyState.Apply,
        static (state, head, _) => ValueTask.FromResult((state, head))
    );

    private readonly FoldCache<KeyRegistry, KeyRegistryEvent, (KeyRegistry Registry, long Head)> _registries = new(
        store.Journal,
        new KeyRegistry(),
        KeyRegistry.Apply,
        static (registry, head, _) => ValueTask.FromResult((registry, head))
    );

    private readonly ConcurrentDictionary<StreamId, (long Org, long Key, CompiledPolicy Policy)> _compiled = new();

    /// <summary>Its state, which says when there is no such key, and the head that it is folded to.</summary>
    public ValueTask<(DeployKeyState State, long Head)> StateAsync(
        string org,
        string id,
        CancellationToken cancellationToken = default
    ) => StateAsync(org, id, null, cancellationToken);

    /// <summary>At least as fresh as what is proven, if that is.</summary>
    public ValueTask<(DeployKeyState State, long Head)> StateAsync(
        string org,
        string id,
        ProvenHeads? proven,
        CancellationToken cancellationToken = default
    ) => _keys.GetAsync(StreamId.DeployKey(org, id), proven, cancellationToken);

    /// <summary>Which keys the organization has, and the head of that.</summary>
    public ValueTask<(KeyRegistry Registry, long Head)> RegistryAsync(
        string org,
        CancellationToken cancellationToken = default
    ) => _registries.GetAsync(StreamId.DeployKeys(org), cancellationToken);

    /// <summary>
    /// The policy that decides the key's requests. It grants nothing when there is no such key, or one that works no
    /// more.
    /// </summary>
    public async ValueTask<CompiledPolicy> PolicyAsync(
        string org,
        string id,
        ProvenHeads? proven,
        CancellationToken cancellationToken = default
    )
    {
        var (state, head) = await StateAsync(org, id, proven, cancellationToken);
        var (organization, members) = await policies.OrgAsync(org, proven, cancellationToken);
        var orgHead = members.Version;
        var now = time.GetUtcNow();
        if (!state.WorksAt(now))
        {
            return DeployKeyAccess.Compile(organization, state, new(orgHead, head), now);
        }

        var stream = StreamId.DeployKey(org, id);
        if (_compiled.TryGetValue(stream, out var known) && known.Org == orgHead && known.Key == head)
        {
            return known.Policy;
        }

        if (_compiled.Count >= MaxCompiled)
        {
            _compiled.Clear();
        }

        var policy = DeployKeyAccess.Compile(organization, state, new(orgHead, head), now);
        _compiled[stream] = (orgHead, head, policy);
        return policy;
    }

    /// <summary>By name.</summary>
    public async Task<ImmutableArray<DeployKeyView>> ListAsync(
        string org,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. (
                await store.Views.ListAsync(
                    new(org, ViewKinds.DeployKey, "") { Limit = KeyRegistry.MaxKeys },
                    cancellationToken
                )
            ).Select(row => ViewJson.Read<DeployKeyView>(row.Json)),
        ];

    /// <summary>
    /// Keys that a person made or was shown a working secret of: what should be rolled or deleted when that person
    /// goes.
    /// </summary>
    public async Task<ImmutableArray<KnownKey>> KnownToAsync(
        string org,
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        var now = time.GetUtcNow();
        return
        [
            .. (await ListAsync(org, cancellationToken)).Select(key => key.KnownTo(userId, now)).OfType<KnownKey>(),
        ];
    }

    /// <summary>When, from where and by which client the key was used last; null when it never was.</summary>
    public async Task<LastUse?> LastUseAsync(string org, string id, CancellationToken cancellationToken = default) =>
        (await store.Tickets.ListAsync(id, DeployKeyGrain.TicketKind, cancellationToken))
            .Where(ticket => ticket.Org == org && ticket.LastUsed is not null)
            .OrderByDescending(ticket => ticket.LastUsed)
            .Select(ticket => new LastUse(
                ticket.LastUsed!.Value,
                ticket.LastIp ?? "",
                ticket.LastClient ?? "",
                ticket.Id
            ))
            .FirstOrDefault();
}

/// <param name="CredentialId">Which of the key's secrets it was.</param>
public sealed record LastUse(DateTimeOffset At, string Ip, string Client, string CredentialId);
