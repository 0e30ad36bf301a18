using System.Text;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>Reads of journal and journal_body.</summary>
internal static class EntryTable
{
    private const string WithBodies =
        EntryRow.Columns + " FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq ";

    private const string Everything =
        EntryRow.Columns
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
        return statement.Step() ? EntryRow.Read(statement, events) : null;
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
            entries.Add(EntryRow.Read(statement, events));
        }

        return entries;
    }
}
