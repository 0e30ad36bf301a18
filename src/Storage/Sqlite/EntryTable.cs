using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>Reads of journal and journal_body.</summary>
internal static class EntryTable
{
    private const string Columns =
        "j.stream, j.seq, j.org, j.at, j.actor_kind, j.actor, j.operation, j.resource_type, j.resource, j.result, j.request_id, "
        + "j.prev_hash, j.hash, b.body";

    private const string WithBodies =
        Columns + " FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq ";

    private const string Everything =
        Columns
        + ", e.by FROM journal j LEFT JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq "
        + "LEFT JOIN erased_body e ON b.body IS NULL AND e.stream = j.stream AND e.seq = j.seq ";

    /// <summary>At most <paramref name="limit"/> entries after a seq, those without bodies too.</summary>
    public static List<StoredEntry> Page(
        Connection connection,
        string stream,
        long afterSeq,
        int limit,
        EventCatalog? events
    )
    {
        using var statement = connection
            .Prepare($"SELECT {Everything} WHERE j.stream = ? AND j.seq > ? ORDER BY j.seq LIMIT ?")
            .Add(stream)
            .Add(afterSeq)
            .Add(limit);
        return Read(statement, events);
    }

    /// <summary>The entry that is on record under a decision's id.</summary>
    public static StoredEntry? Decision(Connection connection, string org, string decisionId, EventCatalog events)
    {
        using var statement = connection
            .Prepare(
                $"SELECT {WithBodies} JOIN decision d ON d.stream = j.stream AND d.seq = j.seq WHERE d.org = ? AND d.id = ?"
            )
            .Add(org)
            .Add(decisionId);
        return statement.Step() ? ReadOne(statement, events) : null;
    }

    public static List<StoredEntry> Search(Connection connection, EntryFilter filter, EventCatalog events)
    {
        if (filter.Limit is < 1 or > 1000)
        {
            throw new ArgumentException("The limit is 1 to 1,000.", nameof(filter));
        }

        var sql = new StringBuilder($"SELECT {WithBodies} WHERE j.org = ?");
        var values = new List<string>();
        void And(string condition, string? value)
        {
            if (value is not null)
            {
                sql.Append(" AND ").Append(condition).Append(" = ?");
                values.Add(value);
            }
        }

        And("j.actor", filter.ActorId);
        And("j.operation", filter.Operation);
        And("j.resource", filter.Resource);
        And("j.result", filter.Result is { } result ? EntryBody.Text(result) : null);
        And("j.request_id", filter.RequestId);
        sql.Append(filter.After is null ? "" : " AND (j.at, j.stream, j.seq) < (?, ?, ?)");
        sql.Append(" AND j.at >= ? AND j.at < ? ORDER BY j.at DESC, j.stream DESC, j.seq DESC LIMIT ?");

        using var statement = connection.Prepare(sql.ToString()).Add(filter.Org);
        values.ForEach(value => statement.Add(value));
        if (filter.After is { } after)
        {
            statement.Add(after.At).Add(after.Stream.Value).Add(after.Seq);
        }

        statement
            .Add(filter.From ?? DateTimeOffset.UnixEpoch)
            .Add(filter.To ?? DateTimeOffset.MaxValue)
            .Add(filter.Limit);
        return Read(statement, events);
    }

    private static List<StoredEntry> Read(Statement statement, EventCatalog? events)
    {
        var entries = new List<StoredEntry>();
        while (statement.Step())
        {
            entries.Add(ReadOne(statement, events));
        }

        return entries;
    }

    private static StoredEntry ReadOne(Statement row, EventCatalog? events)
    {
        var entry = OfColumns(row);
        if (row.IsNull(13))
        {
            return entry with { Erased = !row.IsNull(14) };
        }

        var body = row.Text(13);
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return entry with
        {
            Actor = entry.Actor with
            {
                Name = root.GetProperty("actor").TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
            },
            Body = body,
            Event = events is not null && root.TryGetProperty("event", out var stored) ? events.Read(stored) : null,
        };
    }

    private static StoredEntry OfColumns(Statement row) =>
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
