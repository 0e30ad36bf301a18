using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Keys;

/// <summary>
/// What is committed beside a key's own events: its place in the registry, the tickets of its secrets, and that the
/// organization's roles are still those that were looked at.
/// </summary>
internal sealed class KeyCommit(string org, Policies policies, DeployKeys keys)
{
    private ReadGuard? _roles;
    private KeyRegistry _registry = new();
    private long _registryHead;
    private StreamWrite? _listing;
    private ImmutableArray<TicketWrite> _tickets = [];

    /// <summary>Begins a round of deciding: reads again, and forgets what the last round collected.</summary>
    public async Task<(OrgState Org, KeyRegistry Registry)> BeginAsync(CancellationToken cancellationToken)
    {
        (_listing, _tickets) = (null, []);
        var (state, policy) = await policies.OrgAsync(org, cancellationToken);
        (_registry, _registryHead) = await keys.RegistryAsync(org, cancellationToken);
        _roles = new ReadGuard(StreamId.Org(org), policy.Version);
        return (state, _registry);
    }

    /// <summary>The registry shows the key as it is after the change.</summary>
    public void List(DeployKeyState after, Caller caller)
    {
        KeyRegistryEvent @event = after.Spec is { } spec ? new KeyListed(after.Id, spec) : new KeyUnlisted(after.Id);
        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = Operations.KeyIndex.Name,
            ResourceType = nameof(ResourceType.DeployKeys),
            Resource = "",
            Event = @event,
            Changes = DeployKeyChanges.Of(_registry, KeyRegistry.Apply(_registry, @event)),
        };
        _listing = new StreamWrite(StreamId.DeployKeys(org), _registryHead, [entry]);
    }

    public void Put(ImmutableArray<Ticket> tickets) =>
        _tickets = [.. tickets.Select(ticket => new TicketWrite.Put(ticket))];

    public Append Into(Append append) =>
        append with
        {
            Writes = _listing is null ? append.Writes : append.Writes.Add(_listing),
            Guards = append.Guards.Add(_roles!),
            Tickets = append.Tickets.AddRange(_tickets),
        };
}
