using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on journal, journal_body, unsealed and decision: all entries of a group in one.</summary>
internal static class EntryStatements
{
    private readonly record struct Row(PreparedWrite Write, DateTimeOffset At, ChainedEntry Entry)
    {
        public EntryDraft Draft => Entry.Draft;
    }

    /// <param name="appends">In the order of their entries.</param>
    public static IEnumerable<Statement> Insert(IReadOnlyList<PlannedAppend> appends)
    {
        var rows = Rows(appends);
        if (rows.Count > 0)
        {
            yield return Insert(rows);
        }

        var decided = rows.FindAll(row => row.Draft.DecisionId is not null);
        if (decided.Count > 0)
        {
            yield return InsertDecisions(decided);
        }
    }

    // INVARIANT: rows that wait for the sealer are numbered in the order of the arrays, which is that of each stream.
    private static Statement Insert(List<Row> rows) =>
        Statement
            .Of(
                """
                WITH entry AS (
                    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                        AS e (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result,
                            request_id, prev_hash, hash, body)),
                listed AS (
                    INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource,
                        result, request_id, prev_hash, hash)
                    SELECT stream, seq, org, at, actor_kind, actor, operation, resource_type, resource,
                        result, request_id, prev_hash, hash FROM entry),
                kept AS (
                    INSERT INTO journal_body (stream, seq, body) SELECT stream, seq, body FROM entry)
                INSERT INTO unsealed (org, stream, seq, hash) SELECT org, stream, seq, hash FROM entry
                """
            )
            .Add([.. rows.Select(row => row.Write.Stream)])
            .Add([.. rows.Select(row => row.Entry.Seq)])
            .Add([.. rows.Select(row => row.Write.Org)])
            .Add([.. rows.Select(row => StoreTime.ToMicroseconds(row.At))])
            .Add([.. rows.Select(row => row.Draft.Caller.Principal.Kind.ToString())])
            .Add([.. rows.Select(row => row.Draft.Caller.Principal.Id)])
            .Add([.. rows.Select(row => row.Draft.Operation)])
            .Add([.. rows.Select(row => row.Draft.ResourceType)])
            .Add([.. rows.Select(row => row.Draft.Resource)])
            .Add([.. rows.Select(row => EntryBody.Text(row.Draft.Result))])
            .Add([.. rows.Select(row => row.Draft.Caller.RequestId)])
            .Add([.. rows.Select(row => row.Entry.PreviousHash)])
            .Add([.. rows.Select(row => row.Entry.Hash)])
            .AddUtf8([.. rows.Select(row => row.Entry.Body)]);

    // The first record is the decision's own; a later one only counts how often it was repeated.
    private static Statement InsertDecisions(List<Row> rows) =>
        Statement
            .Of(
                """
                INSERT INTO decision (org, id, stream, seq) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT DO NOTHING
                """
            )
            .Add([.. rows.Select(row => row.Write.Org)])
            .Add([.. rows.Select(row => row.Draft.DecisionId)])
            .Add([.. rows.Select(row => row.Write.Stream)])
            .Add([.. rows.Select(row => row.Entry.Seq)]);

    private static List<Row> Rows(IReadOnlyList<PlannedAppend> appends)
    {
        var rows = new List<Row>();
        foreach (var planned in appends)
        {
            foreach (var placed in planned.Writes)
            {
                rows.AddRange(placed.Entries.Select(entry => new Row(placed.Write, planned.At, entry)));
            }
        }

        return rows;
    }
}
