using System.Text.Json;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Statements on ticket. SECURITY (S30): rows have names and networks that people gave them; none leaves a page behind
/// that is free and still shows it.
/// </summary>
internal static class TicketTable
{
    /// <summary>After tickets were deleted with whose they were.</summary>
    public static void Rewrite(Connection connection) => connection.Rewrite("ticket", "hash");

    public static void Write(WriteSession session, TicketWrite write)
    {
        session.ChangeTickets();
        session.Connection.DeleteSecurely(() => Run(session, write));
    }

    public static int Sweep(WriteSession session, DateTimeOffset before)
    {
        var swept = 0;
        session.Connection.DeleteSecurely(() =>
            swept = session.Prepare("DELETE FROM ticket WHERE expires < ?").Add(before).Run()
        );
        return swept;
    }

    private static void Run(WriteSession session, TicketWrite write)
    {
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

    public static void Touch(WriteSession session, NotedUse use) =>
        session.Connection.DeleteSecurely(() =>
            session
                .Prepare("UPDATE ticket SET last_used = ?, last_use = ? WHERE hash = ?")
                .Add(use.At)
                .Add(use.Sealed)
                .Add(use.Hash)
                .Run()
        );

    public static StoredTicket? Find(Connection connection, string hash)
    {
        using var row = connection.Prepare($"SELECT {TicketRows.Columns} FROM ticket WHERE hash = ?").Add(hash);
        return row.Step() ? TicketRows.Read(row) : null;
    }

    public static List<StoredTicket> List(Connection connection, string subject, string? kind)
    {
        using var row = connection
            .Prepare(
                $"SELECT {TicketRows.Columns} FROM ticket WHERE subject = ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY created, hash"
            )
            .Add(subject)
            .Add(kind);
        var tickets = new List<StoredTicket>();
        while (row.Step())
        {
            tickets.Add(TicketRows.Read(row));
        }

        return tickets;
    }
}
