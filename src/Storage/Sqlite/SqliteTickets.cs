using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteTickets(
    Writer writer,
    ReadPool readers,
    TicketCache cache,
    PersonKeys people,
    TimeProvider clock
) : ITickets
{
    // Bounded by tickets that were found in the last minute; beyond this, uses are not noted.
    private const int MaxTouched = 10_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string Ip, string Client)> _touched = new(
        StringComparer.Ordinal
    );

    public async Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default)
    {
        if (cache.TryGet(hash, out var known))
        {
            return WithUse(known);
        }

        var generation = cache.Generation;
        if (await readers.ReadAsync(db => TicketTable.Find(db, hash), cancellationToken) is not { } stored)
        {
            return null;
        }

        var ticket = await TicketUse.OpenAsync(stored, people, cancellationToken);
        cache.Learn(ticket, generation);
        return WithUse(ticket);
    }

    public async Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        var found = await readers.ReadAsync(db => TicketTable.List(db, subject, kind), cancellationToken);
        var tickets = ImmutableArray.CreateBuilder<Ticket>(found.Count);
        foreach (var stored in found)
        {
            tickets.Add(WithUse(await TicketUse.OpenAsync(stored, people, cancellationToken)));
        }

        return tickets.MoveToImmutable();
    }

    public void Touch(string hash, string ip, string client)
    {
        // Asked in this order: counting locks the whole dictionary.
        if (_touched.ContainsKey(hash) || _touched.Count < MaxTouched)
        {
            _touched[hash] = (StoreTime.Now(clock), ip, client);
        }
    }

    public Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(
            session =>
            {
                session.ChangeTickets();
                session.Prepare("DELETE FROM idempotency WHERE expires < ?").Add(session.Now).Run();
                return session.Prepare("DELETE FROM ticket WHERE expires < ?").Add(session.Now - keep).Run();
            },
            cancellationToken
        );

    /// <summary>Writes noted uses; called each minute and at stop.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var touched = _touched.ToArray();
        if (touched.Length == 0)
        {
            return;
        }

        var uses = new List<(string Hash, DateTimeOffset At, string? Use)>(touched.Length);
        foreach (var (hash, use) in touched)
        {
            if (await FindAsync(hash, cancellationToken) is { } ticket)
            {
                var box = await TicketUse.SealAsync(ticket, use.Ip, use.Client, people, cancellationToken);
                uses.Add((hash, use.At, box));
            }
        }

        await writer.WriteAsync(
            session =>
            {
                session.ChangeTickets();
                foreach (var (hash, at, use) in uses)
                {
                    TicketTable.Touch(session, hash, at, use);
                }

                return uses.Count;
            },
            cancellationToken
        );
        foreach (var use in touched)
        {
            // Only if it was not touched again meanwhile.
            _touched.TryRemove(use);
        }
    }

    private Ticket WithUse(Ticket ticket) =>
        _touched.TryGetValue(ticket.Hash, out var use)
            ? ticket with
            {
                LastUsed = use.At,
                LastIp = use.Ip,
                LastClient = use.Client,
            }
            : ticket;
}
