using System.Text.Json;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of ticket.</summary>
internal static class TicketTable
{
    private const string Columns =
        "hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data, last_used, last_ip, last_client";

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
            default:
                throw new ArgumentOutOfRangeException(nameof(write));
        }
    }

    // Last use stays unless the new row says otherwise: it is written aside, and a change of the ticket must not undo
    // it.
    private static void Put(WriteSession session, Ticket ticket) =>
        session
            .Prepare(
                """
                INSERT INTO ticket (hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data,
                    last_used, last_ip, last_client)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO UPDATE SET kind = excluded.kind, id = excluded.id, subject = excluded.subject,
                    org = excluded.org,
                    name = excluded.name, created = excluded.created, expires = excluded.expires,
                        revoked = coalesce(revoked, excluded.revoked),
                    cidrs = excluded.cidrs, data = excluded.data,
                    last_used = coalesce(excluded.last_used, last_used), last_ip = coalesce(excluded.last_ip, last_ip),
                    last_client = coalesce(excluded.last_client, last_client)
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
            .Add(ticket.LastUsed)
            .Add(ticket.LastIp)
            .Add(ticket.LastClient)
            .Run();

    public static Ticket? Find(Connection connection, string hash)
    {
        using var row = connection.Prepare($"SELECT {Columns} FROM ticket WHERE hash = ?").Add(hash);
        return row.Step() ? Read(row) : null;
    }

    public static List<Ticket> List(Connection connection, string subject, string? kind)
    {
        using var row = connection
            .Prepare(
                $"SELECT {Columns} FROM ticket WHERE subject = ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY created, hash"
            )
            .Add(subject)
            .Add(kind);
        var tickets = new List<Ticket>();
        while (row.Step())
        {
            tickets.Add(Read(row));
        }

        return tickets;
    }

    private static Ticket Read(Statement row) =>
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
            LastIp = row.TextOrNull(12),
            LastClient = row.TextOrNull(13),
        };
}
