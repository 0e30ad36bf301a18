using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Web.Auth;

/// <summary>
/// The one look of a request into the database (ADR 0003): its ticket, and where the streams are that its decision and
/// its answer need. The rest is answered from memory, as fresh as that.
/// </summary>
internal sealed class Freshness(ILooks looks, IJournal journal, TimeProvider time)
{
    private const int MaxSubjects = 50_000;

    // Most requests are over long before; what takes longer decides by a look of its own.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    // Whose a ticket is never changes, so the subject's stream is asked for with the ticket. It proves nothing.
    private readonly ConcurrentDictionary<string, StreamId> _subjects = new(StringComparer.Ordinal);

    public async Task<(Ticket? Ticket, ProvenHeads Proven)> ReadAsync(
        string hash,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken
    )
    {
        var until = time.GetUtcNow() + Lifetime;
        var (ticket, heads) = await looks.LookAsync(
            hash,
            _subjects.TryGetValue(hash, out var subject) ? streams.Add(subject) : streams,
            cancellationToken
        );
        if (ticket is not null)
        {
            Note(ticket);
        }

        return (ticket, Proven(heads, until));
    }

    public async Task<ProvenHeads> ProveAsync(ImmutableArray<StreamId> streams, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Lifetime;
        return Proven(await journal.HeadsAsync(streams, cancellationToken), until);
    }

    private static ProvenHeads Proven(ImmutableArray<StreamHead> heads, DateTimeOffset until) =>
        new(
            heads.ToImmutableSortedDictionary(head => head.Stream.Value, head => head.Head, StringComparer.Ordinal),
            until
        );

    private void Note(Ticket ticket)
    {
        if (_subjects.Count >= MaxSubjects)
        {
            _subjects.Clear();
        }

        _subjects[ticket.Hash] = ticket is { Kind: TicketKinds.DeployKey, Org: { } org }
            ? StreamId.DeployKey(org, ticket.Subject)
            : StreamId.User(ticket.Subject);
    }
}
