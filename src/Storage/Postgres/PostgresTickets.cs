using System.Collections.Immutable;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Postgres;

/// <summary>
/// SECURITY (S09): nothing is held in memory, since another process may have revoked it. Those who ask at the same time
/// share a read that begins after they asked.
/// </summary>
internal sealed class PostgresTickets : ITickets
{
    private const int ReadsAtOnce = 2;

    private readonly Database _database;
    private readonly PersonKeys _people;
    private readonly TimeProvider _clock;
    private readonly TicketUses _uses;
    private readonly FreshReads<string, StoredTicket> _reads;

    public PostgresTickets(Database database, PersonKeys people, TimeProvider clock)
    {
        (_database, _people, _clock, _uses) = (database, people, clock, new(people, clock));
        _reads = new(
            async hashes =>
            {
                var found = await database.ReadAsync(
                    TicketStatements.Find(hashes),
                    TicketRows.Read,
                    CancellationToken.None
                );
                return found.ToDictionary(stored => stored.Ticket.Hash, StringComparer.Ordinal);
            },
            ReadsAtOnce
        );
    }

    public async Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default)
    {
        var found = await _reads.AskAsync([hash], cancellationToken);
        return found.TryGetValue(hash, out var stored)
            ? _uses.With(await TicketUse.OpenAsync(stored, _people, cancellationToken))
            : null;
    }

    public async Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        var found = await _database.ReadAsync(TicketStatements.List(subject, kind), TicketRows.Read, cancellationToken);
        return await _uses.OpenAsync(found, cancellationToken);
    }

    public void Touch(string hash, string ip, string client) => _uses.Note(hash, ip, client);

    public async Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default)
    {
        var now = StoreTime.Now(_clock);
        return (await _database.RunAsync(TicketStatements.Sweep(now - keep, now), cancellationToken))[0];
    }

    /// <summary>Writes noted uses; called each minute and at stop.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _uses.FlushAsync(
            FindAsync,
            uses =>
                _database.RunAsync(
                    [.. uses.OrderBy(use => use.Hash, StringComparer.Ordinal).Select(TicketStatements.Touch)],
                    cancellationToken
                ),
            cancellationToken
        );
}
