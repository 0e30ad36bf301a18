using System.Text.Json;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on ticket.</summary>
internal static class TicketStatements
{
    public static Statement Write(TicketWrite write, DateTimeOffset now) =>
        write switch
        {
            TicketWrite.Put put => Put(put.Ticket),
            TicketWrite.Delete delete => Statement.Of("DELETE FROM ticket WHERE hash = $1").Add(delete.Hash),
            TicketWrite.RevokeAll all => Statement
                .Of(
                    """
                    UPDATE ticket SET revoked = $1
                    WHERE subject = $2 AND ($3 IS NULL OR kind = $3) AND ($4 IS NULL OR id <> $4) AND revoked IS NULL
                    """
                )
                .Add(now)
                .Add(all.Subject)
                .Add(all.Kind)
                .Add(all.ExceptId),
            TicketWrite.DeleteAll all => Statement.Of("DELETE FROM ticket WHERE subject = $1").Add(all.Subject),
            _ => throw new ArgumentOutOfRangeException(nameof(write)),
        };

    public static Statement Find(string[] hashes) =>
        Statement.Of($"SELECT {TicketRows.Columns} FROM ticket WHERE hash = ANY ($1)").Add(hashes);

    public static Statement List(string subject, string? kind) =>
        Statement
            .Of(
                $"""
                SELECT {TicketRows.Columns} FROM ticket WHERE subject = $1 AND ($2 IS NULL OR kind = $2)
                ORDER BY created, hash
                """
            )
            .Add(subject)
            .Add(kind);

    public static Statement Touch(NotedUse use) =>
        // Several processes note uses of one ticket; the last one counts.
        Statement
            .Of(
                "UPDATE ticket SET last_used = $2, last_use = $3 WHERE hash = $1 AND (last_used IS NULL OR last_used < $2)"
            )
            .Add(use.Hash)
            .Add(use.At)
            .Add(use.Sealed);

    public static IReadOnlyList<Statement> Sweep(DateTimeOffset before, DateTimeOffset now) =>
        [
            Statement.Of("DELETE FROM ticket WHERE expires < $1").Add(before),
            Statement.Of("DELETE FROM idempotency WHERE expires < $1").Add(now),
        ];

    // Last use is written aside, and a change of the ticket does not undo it.
    private static Statement Put(Ticket ticket) =>
        Statement
            .Of(
                """
                INSERT INTO ticket (hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT (hash) DO UPDATE SET kind = excluded.kind, id = excluded.id, subject = excluded.subject,
                    org = excluded.org, name = excluded.name, created = excluded.created, expires = excluded.expires,
                    revoked = coalesce(ticket.revoked, excluded.revoked), cidrs = excluded.cidrs, data = excluded.data
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
            .Add(ticket.Data);
}
