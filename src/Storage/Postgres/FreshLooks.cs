using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Postgres;

/// <summary>
/// What requests look at first, where streams are and what tickets say, in one round trip for all who ask at the same
/// time.
/// </summary>
internal sealed class FreshLooks(Database database)
{
    // Two reads under way keep the connections busy, and let those who come meanwhile gather.
    private const int AtOnce = 2;

    private readonly FreshReads<Key, Found> _reads = new(keys => ReadAsync(database, keys), AtOnce);

    private readonly record struct Key(bool IsTicket, string Id);

    private readonly record struct Found(Head Head, StoredTicket? Ticket);

    /// <summary>Streams that don't exist are missing.</summary>
    public async Task<Dictionary<string, Head>> HeadsAsync(
        IEnumerable<string> streams,
        CancellationToken cancellationToken
    )
    {
        var asked = streams.Select(stream => new Key(IsTicket: false, stream)).ToArray();
        var found = await _reads.AskAsync(asked, cancellationToken);
        var heads = new Dictionary<string, Head>(asked.Length, StringComparer.Ordinal);
        foreach (var key in asked)
        {
            if (found.TryGetValue(key, out var stream))
            {
                heads[key.Id] = stream.Head;
            }
        }

        return heads;
    }

    public async Task<(StoredTicket? Ticket, ImmutableArray<StreamHead> Heads)> LookAsync(
        string hash,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken
    )
    {
        var ticket = new Key(IsTicket: true, hash);
        var found = await _reads.AskAsync(
            streams.Select(stream => new Key(IsTicket: false, stream.Value)).Prepend(ticket),
            cancellationToken
        );
        return (
            found.GetValueOrDefault(ticket).Ticket,
            [
                .. streams.Select(stream =>
                    (found.TryGetValue(new(IsTicket: false, stream.Value), out var there) ? there.Head : Head.None).Of(
                        stream
                    )
                ),
            ]
        );
    }

    private static async Task<Dictionary<Key, Found>> ReadAsync(Database database, Key[] keys)
    {
        var queries = new List<(Statement, Func<IRow, (Key Key, Found Found)>)>(2);
        string[] tickets = [.. keys.Where(key => key.IsTicket).Select(key => key.Id)];
        string[] streams = [.. keys.Where(key => !key.IsTicket).Select(key => key.Id)];
        if (tickets.Length > 0)
        {
            queries.Add((TicketStatements.Find(tickets), Ticket));
        }

        if (streams.Length > 0)
        {
            queries.Add((Statement.Of("SELECT id, head, hash FROM stream WHERE id = ANY($1)").Add(streams), Stream));
        }

        var found = await database.ReadAsync(queries, CancellationToken.None);
        return found.ToDictionary(row => row.Key, row => row.Found);
    }

    private static (Key, Found) Ticket(IRow row)
    {
        var ticket = TicketRows.Read(row);
        return (new(IsTicket: true, ticket.Ticket.Hash), new(default, ticket));
    }

    private static (Key, Found) Stream(IRow row) =>
        (new(IsTicket: false, row.Text(0)), new(new(row.Int64(1), row.Blob(2)), null));
}
