using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of erased_body, and the only statement that takes rows out of journal_body.</summary>
internal static class RetentionTable
{
    public static List<ErasableEntry> Next(
        Connection connection,
        string org,
        DateTimeOffset olderThan,
        long from,
        int limit
    ) =>
        connection
            .Prepare(
                $"""
                SELECT {ErasableRow.Columns} FROM leaf l
                JOIN journal j ON j.stream = l.stream AND j.seq = l.seq
                WHERE l.org = ? AND l.idx >= ? AND j.at < ?
                AND j.operation NOT IN (?, ?)
                AND (substr(l.stream, 1, 4) = 'rec/' OR substr(l.stream, 1, 8) = 'install/')
                AND EXISTS (SELECT 1 FROM journal_body b WHERE b.stream = l.stream AND b.seq = l.seq)
                ORDER BY l.idx LIMIT ?
                """
            )
            .Add(org)
            .Add(from)
            .Add(olderThan)
            .Add(RetentionNotice.Operation)
            .Add(DeclaredFork.Operation)
            .Add(limit)
            .All(ErasableRow.Read);

    public static bool IsErased(Connection connection, ErasableEntry entry)
    {
        using var row = connection
            .Prepare("SELECT 1 FROM erased_body WHERE stream = ? AND seq = ?")
            .Add(entry.Stream.Value)
            .Add(entry.Seq);
        return row.Step();
    }

    public static void Erase(WriteSession session, ErasableEntry entry, long by)
    {
        session
            .Prepare("INSERT INTO erased_body (stream, seq, by) VALUES (?, ?, ?)")
            .Add(entry.Stream.Value)
            .Add(entry.Seq)
            .Add(by)
            .Run();
        session
            .Prepare("DELETE FROM journal_body WHERE stream = ? AND seq = ?")
            .Add(entry.Stream.Value)
            .Add(entry.Seq)
            .Run();
    }

    /// <summary>The erased entries of a log with the records that speak of them, in the order of the log.</summary>
    public static List<(long By, ErasableEntry Entry)> Erased(Connection connection, string org) =>
        connection
            .Prepare(
                $"""
                SELECT {ErasableRow.Columns}, e.by FROM erased_body e
                JOIN leaf l ON l.stream = e.stream AND l.seq = e.seq
                JOIN journal j ON j.stream = e.stream AND j.seq = e.seq WHERE l.org = ? ORDER BY l.idx
                """
            )
            .Add(org)
            .All(ErasableRow.ReadErased);
}
