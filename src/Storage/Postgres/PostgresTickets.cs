using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Postgres;

/// <summary>
/// SECURITY (S09): nothing is held in memory, since another process may have revoked it. Those who ask at the same time
/// share a read that begins after they asked.
/// </summary>
internal sealed class PostgresTickets(Database database, FreshLooks looks, PersonKeys people, TimeProvider clock)
    : ITickets,
        ILooks
{
    private readonly TicketUses _uses = new(people, clock);

    public async Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default) =>
        await looks.LookAsync(hash, [], cancellationToken) is { Ticket: { } stored }
            ? _uses.With(await TicketUse.OpenAsync(stored, people, cancellationToken))
            : null;

    public async Task<FirstLook> LookAsync(
        string hash,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    )
    {
        var (stored, heads) = await looks.LookAsync(hash, streams, cancellationToken);
        return new(stored?.Ticket, heads);
    }

    public async Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        var found = await database.ReadAsync(TicketStatements.List(subject, kind), TicketRows.Read, cancellationToken);
        return await _uses.OpenAsync(found, cancellationToken);
    }

    public void Touch(string hash, string ip, string client) => _uses.Note(hash, ip, client);

    public async Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default)
    {
        var now = StoreTime.Now(clock);
        return (await database.RunAsync(TicketStatements.Sweep(now - keep, now), cancellationToken))[0];
    }

    /// <summary>Writes noted uses; called each minute and at stop.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _uses.FlushAsync(
            FindAsync,
            uses =>
                database.RunAsync(
                    [.. uses.OrderBy(use => use.Hash, StringComparer.Ordinal).Select(TicketStatements.Touch)],
                    cancellationToken
                ),
            cancellationToken
        );
}
