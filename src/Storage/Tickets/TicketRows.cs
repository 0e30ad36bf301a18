using System.Text.Json;

namespace Palisade.Storage.Tickets;

/// <summary>Rows of ticket.</summary>
internal static class TicketRows
{
    public const string Columns =
        "hash, kind, id, subject, org, name, created, expires, revoked, cidrs, data, last_used, last_use";

    public static StoredTicket Read(IRow row) =>
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
