using System.Text.Json;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of ticket.</summary>
internal static class TicketTable
{
    private const string Columns =
        "hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data, last_used, last_use";

    public static void Write(WriteSession session, TicketWrite write)
    {
        session.ChangeTickets();
        switch (write)
        {
            case TicketWrite.Put put:
                Put(session, put.Ticket);
                break;
            case TicketWrite.Delete delete:
                session.Prepare("DELETE FROM ticket WHERE hash = ?").Add(delete.Hash).Run();
                break;
            case TicketWrite.RevokeAll all:
                session
                    .Prepare(
                        "UPDATE ticket SET revoked = ?1 WHERE subject = ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR id <> ?4) AND revoked IS NULL"
                    )
                    .Add(session.Now)
                    .Add(all.Subject)
                    .Add(all.Kind)
                    .Add(all.ExceptId)
                    .Run();
                break;
            case TicketWrite.DeleteAll all:
                session.Prepare("DELETE FROM ticket WHERE subject = ?").Add(all.Subject).Run();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(write));
        }
    }

    // Last use is written aside, and a change of the ticket does not undo it.
    private static void Put(WriteSession session, Ticket ticket) =>
        session
            .Prepare(
                """
                INSERT INTO ticket (hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO UPDATE SET kind = excluded.kind, id = excluded.id, subject = excluded.subject,
                    org = excluded.org,
                    name = excluded.name, created = excluded.created, expires = excluded.expires,
                        revoked = coalesce(revoked, excluded.revoked),
                    cidrs = excluded.cidrs, data = excluded.data
                """
            )
            .Add(ticket.Hash)
            .Add(ticket.Kind)
            .Add(ticket.Id)
            .Add(ticket.Subject)
            .Add(ticket.Org)
            .Add(ticket.Name)
            .Add(ticket.Created)
            .Add(ticket.Expires)
            .Add(ticket.Revoked)
            .Add(JsonSerializer.Serialize(ticket.Cidrs))
            .Add(ticket.Data)
            .Run();

    /// <param name="use">Where from and by which client, sealed; null when that is not kept.</param>
    public static void Touch(WriteSession session, string hash, DateTimeOffset at, string? use) =>
        session
            .Prepare("UPDATE ticket SET last_used = ?, last_use = ? WHERE hash = ?")
            .Add(at)
            .Add(use)
            .Add(hash)
            .Run();

    public static StoredTicket? Find(Connection connection, string hash)
    {
        using var row = connection.Prepare($"SELECT {Columns} FROM ticket WHERE hash = ?").Add(hash);
        return row.Step() ? Read(row) : null;
    }

    public static List<StoredTicket> List(Connection connection, string subject, string? kind)
    {
        using var row = connection
            .Prepare(
                $"SELECT {Columns} FROM ticket WHERE subject = ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY created, hash"
            )
            .Add(subject)
            .Add(kind);
        var tickets = new List<StoredTicket>();
        while (row.Step())
        {
            tickets.Add(Read(row));
        }

        return tickets;
    }

    private static StoredTicket Read(Statement row) =>
        new(
            new()
            {
                Hash = row.Text(0),
                Kind = row.Text(1),
                Id = row.Text(2),
                Subject = row.Text(3),
                Org = row.TextOrNull(4),
                Name = row.Text(5),
                Created = row.Time(6),
                Expires = row.Time(7),
                Revoked = row.TimeOrNull(8),
                Cidrs = [.. JsonSerializer.Deserialize<string[]>(row.Text(9))!],
                Data = row.Text(10),
                LastUsed = row.TimeOrNull(11),
            },
            row.TextOrNull(12)
        );
}

/// <param name="Ticket">Without where from and by which client it was used last.</param>
/// <param name="Use">That, sealed.</param>
internal sealed record StoredTicket(Ticket Ticket, string? Use);
