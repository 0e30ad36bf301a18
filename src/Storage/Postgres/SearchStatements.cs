using System.Globalization;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Postgres;

/// <summary>How far a log is indexed, as of one generation of its index.</summary>
internal sealed record IndexedLog(int Number, long Size, long Latest, long Late, long Generation)
{
    public const string Columns = "n, size, latest, late, generation";

    public static IndexedLog Read(IRow row) =>
        new(row.Int32(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4));
}

/// <summary>Statements on search_log, search_record, search_facet and search_actor.</summary>
internal static class SearchStatements
{
    // What is longer is no word that anybody looks for; the database's bound is 2 KiB.
    private const int MaxWord = 250;

    private const string IsOfLog = "log = (SELECT n FROM search_log WHERE org = $1)";

    public static Statement Find(string org) =>
        Statement.Of($"SELECT {IndexedLog.Columns} FROM search_log WHERE org = $1").Add(org);

    public static Statement Create(string org) =>
        Statement
            .Of(
                """
                INSERT INTO search_log (org, size, latest, late, generation) VALUES ($1, 0, 0, 0, 0)
                ON CONFLICT (org) DO NOTHING
                """
            )
            .Add(org);

    /// <summary>Refused when somebody else has written to the index since it was looked at.</summary>
    public static IReadOnlyList<Statement> Add(IndexedLog log, SearchBatch batch) =>
        [
            Take(log),
            Statement
                .Of(
                    """
                    INSERT INTO search_record (log, idx, at, latest, terms)
                    SELECT $1, r.idx, r.at, r.latest, array_to_tsvector(string_to_array(bare(r.terms), ' '))
                    FROM unnest($2, $3, $4, $5) AS r (idx, at, latest, terms)
                    """
                )
                .Add(log.Number)
                .Add([.. batch.Records.Select(record => record.Entry.Index)])
                .Add([.. batch.Records.Select(record => record.At)])
                .Add([.. batch.Records.Select(record => record.Latest)])
                .Add([.. batch.Records.Select(record => Terms(log.Number, record.Terms))]),
            Statement
                .Of(
                    """
                    INSERT INTO search_facet AS known (log, facet, day, value, count)
                    SELECT $1, f.facet, f.day, f.value, f.count
                    FROM unnest($2, $3, $4, $5) AS f (facet, day, value, count)
                    ON CONFLICT (log, facet, day, value) DO UPDATE SET count = known.count + excluded.count
                    """
                )
                .Add(log.Number)
                .Add([.. batch.Facets.Select(facet => facet.Facet)])
                .Add([.. batch.Facets.Select(facet => facet.Day)])
                .Add([.. batch.Facets.Select(facet => facet.Value)])
                .Add([.. batch.Facets.Select(facet => facet.Count)]),
            Statement
                .Of(
                    """
                    INSERT INTO search_actor (log, id, latest) SELECT $1, a.id, a.latest
                    FROM unnest($2, $3) AS a (id, latest) ON CONFLICT (log, id) DO UPDATE SET latest = excluded.latest
                    """
                )
                .Add(log.Number)
                .Add([.. batch.Actors.Select(actor => actor.Id)])
                .Add([.. batch.Actors.Select(actor => actor.Index)]),
            Statement
                .Of("UPDATE search_log SET size = $2, latest = $3, late = $4 WHERE n = $1")
                .Add(log.Number)
                .Add(batch.Size)
                .Add(batch.Latest)
                .Add(batch.Late),
        ];

    /// <summary>Puts other terms in the place of those of records that are indexed. Counters stay.</summary>
    public static IReadOnlyList<Statement> Replace(
        IndexedLog log,
        IReadOnlyList<(LogEntry Entry, RecordTerms Terms)> records
    ) =>
        [
            Take(log),
            Statement
                .Of(
                    """
                    UPDATE search_record SET terms = array_to_tsvector(string_to_array(bare(r.terms), ' '))
                    FROM unnest($2, $3) AS r (idx, terms)
                    WHERE search_record.log = $1 AND search_record.idx = r.idx
                    """
                )
                .Add(log.Number)
                .Add([.. records.Select(record => record.Entry.Index)])
                .Add([.. records.Select(record => Terms(log.Number, record.Terms))]),
        ];

    /// <summary>The log, and the first indexes at which it has reached two times.</summary>
    public static Statement Range(string org, DateTimeOffset? since, DateTimeOffset? until) =>
        Statement
            .Of(
                $"""
                SELECT {IndexedLog.Columns},
                    (SELECT r.idx FROM search_record r WHERE r.log = l.n AND r.latest >= $2
                        ORDER BY r.latest, r.idx LIMIT 1),
                    (SELECT r.idx FROM search_record r WHERE r.log = l.n AND r.latest >= $3 + l.late
                        ORDER BY r.latest, r.idx LIMIT 1)
                FROM search_log l WHERE org = $1
                """
            )
            .Add(org)
            .Add(since)
            .Add(until);

    /// <summary>Indexes of those that match, the newest first.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive.</param>
    public static Statement Records(
        IndexedLog log,
        SearchMatch match,
        (long Low, long High) range,
        (DateTimeOffset? Since, DateTimeOffset? Until) times,
        int limit
    )
    {
        var terms = match.IsEmpty ? "" : "AND terms @@ bare($7)::tsquery";
        var statement = Statement
            .Of(
                $"""
                SELECT idx FROM search_record WHERE log = $1 AND idx >= $2 AND idx < $3
                AND at >= $4 AND at < $5 {terms} ORDER BY idx DESC LIMIT $6
                """
            )
            .Add(log.Number)
            .Add(range.Low)
            .Add(range.High)
            .Add(times.Since is { } since ? StoreTime.ToMicroseconds(since) : long.MinValue)
            .Add(times.Until is { } until ? StoreTime.ToMicroseconds(until) : long.MaxValue)
            .Add(limit);
        return match.IsEmpty ? statement : statement.Add(Query(log.Number, match));
    }

    /// <summary>Whose records are there, the newest first.</summary>
    public static Statement Actors(string org, int limit) =>
        Statement.Of($"SELECT id FROM search_actor WHERE {IsOfLog} ORDER BY latest DESC LIMIT $2").Add(org).Add(limit);

    public static Statement Count(string org, int first, int last, int top) =>
        Statement
            .Of(
                $"""
                SELECT facet, value, total FROM (
                    SELECT facet, value, sum(count)::bigint AS total,
                        row_number() OVER (PARTITION BY facet ORDER BY sum(count) DESC, value) AS place
                    FROM search_facet WHERE {IsOfLog} AND facet IN ('actor', 'operation', 'resource', 'result')
                        AND day BETWEEN $2 AND $3
                    GROUP BY facet, value) counted
                WHERE place <= $4 ORDER BY facet, place
                """
            )
            .Add(org)
            .Add(first)
            .Add(last)
            .Add(top);

    private static Statement Take(IndexedLog log) =>
        Statement.Of("SELECT take_index($1, $2)").Add(log.Number).Add(log.Generation);

    private static string Terms(int log, RecordTerms terms) =>
        string.Join(
            ' ',
            terms
                .Tokens.Split(' ')
                .Select(token => Facet(log, token))
                .Concat(SearchWords.Of(terms.Words).Select(word => Word(log, word)))
                .Distinct()
        );

    // Letters and digits all of them: nothing of the query language is among them.
    private static string Query(int log, SearchMatch match) =>
        string.Join(
            " & ",
            match
                .Facets.Select(group => $"({string.Join(" | ", group.Select(token => $"'{Facet(log, token)}'"))})")
                .Concat(match.Words.Select(word => $"'{Word(log, word.Word)}'{(word.IsBeginning ? ":*" : "")}"))
        );

    private static string Facet(int log, string token) => string.Create(CultureInfo.InvariantCulture, $"{log}={token}");

    private static string Word(int log, string word) =>
        string.Create(CultureInfo.InvariantCulture, $"{log}:{(word.Length > MaxWord ? word[..MaxWord] : word)}");
}
