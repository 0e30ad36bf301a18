using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>A row of journal (as <c>j</c>) with its row of journal_body (as <c>b</c>).</summary>
internal static class EntryRow
{
    /// <summary>Those that have a body.</summary>
    public const string WithBodies =
        Columns + " FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq ";

    public const string Everything =
        Columns
        + ", e.by FROM journal j LEFT JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq "
        + "LEFT JOIN erased_body e ON b.body IS NULL AND e.stream = j.stream AND e.seq = j.seq ";

    private const string Columns =
        "j.stream, j.seq, j.org, j.at, j.actor_kind, j.actor, j.operation, j.resource_type, j.resource, j.result, j.request_id, "
        + "j.prev_hash, j.hash, b.body";

    /// <param name="row">Of <see cref="WithBodies"/> or <see cref="Everything"/>.</param>
    /// <param name="events">None: bodies are not looked into, whatever they hold.</param>
    public static StoredEntry Read(IRow row, EventCatalog? events)
    {
        var entry = OfColumns(row);
        if (row.IsNull(13))
        {
            return entry with { Erased = !row.IsNull(14) };
        }

        var body = row.Text(13);
        if (events is null)
        {
            return entry with { Body = body };
        }

        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return entry with
        {
            Actor = entry.Actor with
            {
                Name = root.GetProperty("actor").TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
            },
            Body = body,
            Event = root.TryGetProperty("event", out var stored) ? events.Read(stored) : null,
        };
    }

    private static StoredEntry OfColumns(IRow row) =>
        new()
        {
            Stream = new(row.Text(0)),
            Seq = row.Int64(1),
            Org = row.Text(2),
            At = row.Time(3),
            Actor = new(Enum.Parse<PrincipalKind>(row.Text(4)), row.Text(5), ""),
            Operation = row.Text(6),
            ResourceType = row.Text(7),
            Resource = row.Text(8),
            Result = EntryBody.ParseResult(row.Text(9)),
            RequestId = row.Text(10),
            PreviousHash = ImmutableArray.Create(row.Blob(11)),
            Hash = ImmutableArray.Create(row.Blob(12)),
            Body = "",
        };
}
