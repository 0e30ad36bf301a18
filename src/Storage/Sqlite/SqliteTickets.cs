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
    private readonly TicketUses _uses = new(people, clock);

    public async Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default)
    {
        if (cache.TryGet(hash, out var known))
        {
            return _uses.With(known);
        }

        var generation = cache.Generation;
        if (await readers.ReadAsync(db => TicketTable.Find(db, hash), cancellationToken) is not { } stored)
        {
            return null;
        }

        var ticket = await TicketUse.OpenAsync(stored, people, cancellationToken);
        cache.Learn(ticket, generation);
        return _uses.With(ticket);
    }

    public async Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        var found = await readers.ReadAsync(db => TicketTable.List(db, subject, kind), cancellationToken);
        return await _uses.OpenAsync(found, cancellationToken);
    }

    public void Touch(string hash, string ip, string client) => _uses.Note(hash, ip, client);

    public Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(
            session =>
            {
                session.ChangeTickets();
                session.Prepare("DELETE FROM idempotency WHERE expires < ?").Add(session.Now).Run();
                return TicketTable.Sweep(session, session.Now - keep);
            },
            cancellationToken
        );

    /// <summary>Writes noted uses; called each minute and at stop.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _uses.FlushAsync(
            FindAsync,
            uses =>
                writer.WriteAsync(
                    session =>
                    {
                        session.ChangeTickets();
                        foreach (var use in uses)
                        {
                            TicketTable.Touch(session, use);
                        }

                        return uses.Count;
                    },
                    cancellationToken
                ),
            cancellationToken
        );
}
