using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>How far a log is indexed.</summary>
/// <param name="Number">Its number in the index.</param>
/// <param name="Latest">See <see cref="SearchBatch"/>.</param>
/// <param name="Late">See <see cref="SearchBatch"/>.</param>
internal sealed record IndexedLog(long Number, long Size, long Latest, long Late);

/// <summary>The tables of the search index.</summary>
internal static class SearchTable
{
    // A record's id is its log's number and its index: one order for the words, the times and the log.
    private const int IndexBits = 40;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY, org TEXT NOT NULL UNIQUE, origin TEXT NOT NULL,
            size INTEGER NOT NULL, latest INTEGER NOT NULL, late INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, latest INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS facet (log INTEGER NOT NULL, facet TEXT NOT NULL, day INTEGER NOT NULL,
            value TEXT NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (log, facet, day, value)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5 (facets, words, content = '', contentless_delete = 1,
            detail = column);
        CREATE TABLE IF NOT EXISTS actor (log INTEGER NOT NULL, id TEXT NOT NULL, latest INTEGER NOT NULL,
            PRIMARY KEY (log, id)) WITHOUT ROWID;
        """;

    /// <summary>Of what the index holds. One of another version is dropped and filled again.</summary>
    private const int Version = 2;

    public static Connection Open(string path)
    {
        PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        var connection = Connection.OpenWriter(path);
        if (VersionOf(connection) != Version)
        {
            connection.Execute(
                "DROP TABLE IF EXISTS log; DROP TABLE IF EXISTS record; DROP TABLE IF EXISTS facet; "
                    + $"DROP TABLE IF EXISTS term; DROP TABLE IF EXISTS actor; PRAGMA user_version={Version};"
            );
        }

        connection.Execute("PRAGMA synchronous=NORMAL;" + Schema);
        return connection;
    }

    private static int VersionOf(Connection connection)
    {
        using var row = connection.Prepare("PRAGMA user_version");
        row.Step();
        return row.Int32(0);
    }

    /// <summary>
    /// Where the index of a log stands; at the beginning when it is of another log of that name, or of more than there
    /// is.
    /// </summary>
    public static IndexedLog Log(Connection connection, LogHead head)
    {
        if (Find(connection, head.Org) is { } found && found.Origin == head.Origin && found.Log.Size <= head.Size)
        {
            return found.Log;
        }

        connection.Execute("BEGIN IMMEDIATE");
        connection
            .Prepare(
                "DELETE FROM term WHERE rowid IN (SELECT r.id FROM record r JOIN log l ON r.id >> ? = l.n WHERE l.org = ?)"
            )
            .Add(IndexBits)
            .Add(head.Org)
            .Run();
        connection
            .Prepare("DELETE FROM record WHERE id >> ? = (SELECT n FROM log WHERE org = ?)")
            .Add(IndexBits)
            .Add(head.Org)
            .Run();
        connection.Prepare("DELETE FROM facet WHERE log = (SELECT n FROM log WHERE org = ?)").Add(head.Org).Run();
        connection.Prepare("DELETE FROM actor WHERE log = (SELECT n FROM log WHERE org = ?)").Add(head.Org).Run();
        connection
            .Prepare(
                "INSERT INTO log (org, origin, size, latest, late) VALUES (?, ?, 0, 0, 0) "
                    + "ON CONFLICT (org) DO UPDATE SET origin = excluded.origin, size = 0, latest = 0, late = 0"
            )
            .Add(head.Org)
            .Add(head.Origin)
            .Run();
        connection.Execute("COMMIT");
        return Find(connection, head.Org)!.Value.Log;
    }

    public static void Add(Connection connection, IndexedLog log, SearchBatch batch)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var record in batch.Records)
            {
                var id = Id(log.Number, record.Entry.Index);
                connection
                    .Prepare("INSERT INTO record (id, at, latest) VALUES (?, ?, ?)")
                    .Add(id)
                    .Add(record.At)
                    .Add(record.Latest)
                    .Run();
                AddTerms(connection, id, record.Terms);
            }

            foreach (var (facet, day, value, count) in batch.Facets)
            {
                connection
                    .Prepare(
                        "INSERT INTO facet (log, facet, day, value, count) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"
                    )
                    .Add(log.Number)
                    .Add(facet)
                    .Add(day)
                    .Add(value)
                    .Add(count)
                    .Run();
            }

            foreach (var (actor, index) in batch.Actors)
            {
                connection
                    .Prepare("INSERT OR REPLACE INTO actor (log, id, latest) VALUES (?, ?, ?)")
                    .Add(log.Number)
                    .Add(actor)
                    .Add(index)
                    .Run();
            }

            connection
                .Prepare("UPDATE log SET size = ?, latest = ?, late = ? WHERE n = ?")
                .Add(batch.Size)
                .Add(batch.Latest)
                .Add(batch.Late)
                .Add(log.Number)
                .Run();
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Puts other terms in the place of those of records that are indexed. Counters stay.</summary>
    public static void Replace(
        Connection connection,
        IndexedLog log,
        IReadOnlyList<(LogEntry Entry, RecordTerms Terms)> entries
    )
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var (entry, terms) in entries)
            {
                var id = Id(log.Number, entry.Index);
                connection.Prepare("DELETE FROM term WHERE rowid = ?").Add(id).Run();
                AddTerms(connection, id, terms);
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>
    /// Merges the index into one piece, without what was replaced, and overwrites the pieces that it was.
    /// </summary>
    public static bool Scrub(Connection connection)
    {
        connection.DeleteSecurely(() => connection.Execute("INSERT INTO term (term) VALUES ('optimize')"));
        return connection.Checkpoint();
    }

    public static List<long> Find(
        Connection connection,
        string org,
        string? match,
        DateTimeOffset? since,
        DateTimeOffset? until,
        long? before,
        int limit
    )
    {
        if (Find(connection, org) is not { Log: var log })
        {
            return [];
        }

        var (from, to) = (
            since is { } s ? StoreTime.ToMicroseconds(s) : long.MinValue,
            until is { } u ? StoreTime.ToMicroseconds(u) : long.MaxValue
        );
        var low = since is null ? 0 : FirstNotBefore(connection, log, from);
        var high = until is null ? log.Size : FirstNotBefore(connection, log, to + log.Late);
        high = Math.Min(high, before ?? high);
        using var row = match is null
            ? connection.Prepare(
                "SELECT id FROM record WHERE id >= ? AND id < ? AND at >= ? AND at < ? ORDER BY id DESC LIMIT ?"
            )
            : connection
                .Prepare(
                    """
                    SELECT t.rowid FROM term t WHERE term MATCH ? AND t.rowid >= ? AND t.rowid < ?
                    AND EXISTS (SELECT 1 FROM record r WHERE r.id = t.rowid AND r.at >= ? AND r.at < ?)
                        ORDER BY t.rowid DESC LIMIT ?
                    """
                )
                .Add(match);
        row.Add(Id(log.Number, low)).Add(Id(log.Number, high)).Add(from).Add(to).Add(limit);
        var found = new List<long>();
        while (row.Step())
        {
            found.Add(row.Int64(0) & ((1L << IndexBits) - 1));
        }

        return found;
    }

    /// <summary>Whose records are there, the newest first.</summary>
    public static List<string> Actors(Connection connection, string org, int limit)
    {
        using var row = connection
            .Prepare("SELECT id FROM actor WHERE log = (SELECT n FROM log WHERE org = ?) ORDER BY latest DESC LIMIT ?")
            .Add(org)
            .Add(limit);
        var actors = new List<string>();
        while (row.Step())
        {
            actors.Add(row.Text(0));
        }

        return actors;
    }

    public static List<FacetCount> Count(Connection connection, string org, int first, int last, int top)
    {
        using var row = connection
            .Prepare(
                """
                SELECT facet, value, total FROM (
                    SELECT facet, value, sum(count) AS total, row_number() OVER (PARTITION BY facet
                        ORDER BY sum(count) DESC, value) AS place
                    FROM facet WHERE log = (SELECT n FROM log WHERE org = ?) AND facet IN ('actor', 'operation',
                        'resource', 'result') AND day BETWEEN ? AND ?
                    GROUP BY facet, value)
                WHERE place <= ? ORDER BY facet, place
                """
            )
            .Add(org)
            .Add(first)
            .Add(last)
            .Add(top);
        var counts = new List<FacetCount>();
        while (row.Step())
        {
            counts.Add(new(row.Text(0), row.Text(1), row.Int64(2)));
        }

        return counts;
    }

    private static void AddTerms(Connection connection, long id, RecordTerms terms) =>
        connection
            .Prepare("INSERT INTO term (rowid, facets, words) VALUES (?, ?, ?)")
            .Add(id)
            .Add(terms.Tokens)
            .Add(terms.Words)
            .Run();

    private static (string Origin, IndexedLog Log)? Find(Connection connection, string org)
    {
        using var row = connection.Prepare("SELECT origin, n, size, latest, late FROM log WHERE org = ?").Add(org);
        return row.Step() ? (row.Text(0), new(row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4))) : null;
    }

    /// <summary>The first index at which the log has reached a time, by halves.</summary>
    private static long FirstNotBefore(Connection connection, IndexedLog log, long time)
    {
        var (low, high) = (0L, log.Size);
        while (low < high)
        {
            var middle = (low + high) / 2;
            using var row = connection.Prepare("SELECT latest FROM record WHERE id = ?").Add(Id(log.Number, middle));
            if (row.Step() && row.Int64(0) >= time)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static long Id(long log, long index) => (log << IndexBits) | index;
}
