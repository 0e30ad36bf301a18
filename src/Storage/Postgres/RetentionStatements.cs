using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on erased_body, and the only one that takes rows out of journal_body.</summary>
internal static class RetentionStatements
{
    public static Statement Next(string org, DateTimeOffset olderThan, long from, int limit) =>
        Statement
            .Of(
                $"""
                SELECT {ErasableRow.Columns} FROM leaf l
                JOIN journal j ON j.stream = l.stream AND j.seq = l.seq
                WHERE l.org = $1 AND l.idx >= $2 AND j.at < $3 AND j.operation NOT IN ($4, $5)
                AND (starts_with(l.stream, 'rec/') OR starts_with(l.stream, 'install/'))
                AND EXISTS (SELECT 1 FROM journal_body b WHERE b.stream = l.stream AND b.seq = l.seq)
                ORDER BY l.idx LIMIT $6
                """
            )
            .Add(org)
            .Add(from)
            .Add(olderThan)
            .Add(RetentionNotice.Operation)
            .Add(DeclaredFork.Operation)
            .Add(limit);

    /// <summary>Refused when another has erased some of it.</summary>
    public static IEnumerable<Statement> Erase(ErasureBatch batch, long by)
    {
        var (streams, places) = (
            batch.Entries.Select(entry => entry.Stream.Value).ToArray(),
            batch.Entries.Select(entry => entry.Seq).ToArray()
        );
        yield return Statement
            .Of(
                """
                INSERT INTO erased_body (stream, seq, by)
                SELECT e.stream, e.seq, $3 FROM unnest($1, $2) AS e (stream, seq)
                """
            )
            .Add(streams)
            .Add(places)
            .Add(by);
        yield return Statement
            .Of(
                """
                DELETE FROM journal_body b USING unnest($1, $2) AS e (stream, seq)
                WHERE b.stream = e.stream AND b.seq = e.seq
                """
            )
            .Add(streams)
            .Add(places);
    }

    /// <summary>The erased entries of a log with the records that speak of them, in the order of the log.</summary>
    public static Statement Erased(string org) =>
        Statement
            .Of(
                $"""
                SELECT {ErasableRow.Columns}, e.by FROM erased_body e
                JOIN leaf l ON l.stream = e.stream AND l.seq = e.seq
                JOIN journal j ON j.stream = e.stream AND j.seq = e.seq WHERE l.org = $1 ORDER BY l.idx
                """
            )
            .Add(org);
}
