using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>Reads of journal and journal_body.</summary>
internal static class EntryTable
{
    /// <summary>At most <see cref="EntryPages.Size"/> entries after a seq, those without bodies too.</summary>
    public static List<StoredEntry> Page(Connection connection, string stream, long afterSeq, EventCatalog? events)
    {
        using var statement = connection
            .Prepare($"SELECT {EntryRow.Everything} WHERE j.stream = ? AND j.seq > ? ORDER BY j.seq LIMIT ?")
            .Add(stream)
            .Add(afterSeq)
            .Add(EntryPages.Size);
        return Read(statement, events);
    }

    /// <summary>The entry that is on record under a decision's id.</summary>
    public static StoredEntry? Decision(Connection connection, string org, string decisionId, EventCatalog events)
    {
        using var statement = connection
            .Prepare(
                $"SELECT {EntryRow.WithBodies} JOIN decision d ON d.stream = j.stream AND d.seq = j.seq WHERE d.org = ? AND d.id = ?"
            )
            .Add(org)
            .Add(decisionId);
        return statement.Step() ? EntryRow.Read(statement, events) : null;
    }

    public static List<StoredEntry> Search(Connection connection, EntryFilter filter, EventCatalog events)
    {
        var search = EntrySearch.Of(filter, _ => "?");
        using var statement = connection.Prepare($"SELECT {EntryRow.WithBodies} {search.Where}");
        search.Bind(text => statement.Add(text), number => statement.Add(number));
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
