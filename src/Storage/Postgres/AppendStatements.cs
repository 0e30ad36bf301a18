using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Storage.Postgres;

/// <summary>
/// The statements of appends, sent as one. INVARIANT: what others may wait for comes first and in one order for
/// everybody: limits, then streams.
/// </summary>
internal static class AppendStatements
{
    private const string See =
        "SELECT refuse('PA001', $1) WHERE $2 IS DISTINCT FROM coalesce((SELECT head FROM stream WHERE id = $1), 0)";

    private static readonly TimeSpan KeepMarks = TimeSpan.FromHours(1);

    public static List<Statement> Of(IReadOnlyList<PlannedAppend> appends, IEnumerable<HeadMove> heads)
    {
        var statements = new List<Statement>();
        statements.AddRange(
            appends
                .SelectMany(planned => LimitsOf(planned.Append))
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(Locks.Limit)
        );
        statements.AddRange(heads.Select(Move));
        foreach (var planned in appends)
        {
            Add(statements, planned);
        }

        return statements;
    }

    private static IEnumerable<string> LimitsOf(Append append) =>
        append
            .Limits.Select(limit => $"view/{append.Org}/{limit.Kind}")
            .Concat(append.JobLimits.Select(limit => $"job/{append.Org}/{limit.Kind}"));

    private static Statement Move(HeadMove move) =>
        move.Moved is { } write
            ? Statement
                .Of("SELECT move_head($1, $2, $3, $4, $5, $6, $7)")
                .Add(move.Stream)
                .Add(write.Org)
                .Add(write.Write.Stream.Kind)
                .Add(move.From.Seq)
                .AddBlob(move.From.Hash)
                .Add(move.To.Seq)
                .AddBlob(move.To.Hash)
            : Statement.Of(move.IsMomentary ? See : "SELECT hold_head($1, $2)").Add(move.Stream).Add(move.From.Seq);

    private static void Add(List<Statement> statements, PlannedAppend planned)
    {
        var (append, at) = (planned.Append, planned.At);
        if (append.Idempotency is { } given)
        {
            statements.Add(TakeKey(given.Key, given.Answer, given.Expires, at));
        }

        if (planned.Work.Mark is { } mark)
        {
            statements.Add(TakeKey(mark, "", at + KeepMarks, at));
        }

        statements.AddRange(
            append.Fences.Select(fence =>
                Statement.Of("SELECT hold_attempt($1, $2)").Add(fence.JobId).Add(fence.Attempt)
            )
        );
        statements.AddRange(
            append.Limits.Select(limit =>
                Statement.Of("SELECT hold_limit($1, $2, $3)").Add(append.Org).Add(limit.Kind).Add(limit.Below)
            )
        );
        statements.AddRange(
            append.JobLimits.Select(limit => JobStatements.RefuseOver(append.Org, limit.Kind, limit.Below))
        );
        foreach (var write in planned.Writes)
        {
            foreach (var entry in write.Entries)
            {
                AddEntry(statements, write.Write, entry, at);
            }
        }

        statements.AddRange(append.Views.Select(ViewStatements.Write));
        statements.AddRange(append.Tickets.Select(ticket => TicketStatements.Write(ticket, at)));
        statements.AddRange(append.Erasures.SelectMany(erasure => DataKeyStatements.Erase(erasure, at)));
        statements.AddRange(
            append.Fences.Where(fence => fence.Complete).SelectMany(fence => JobStatements.Complete(fence, at))
        );
        statements.AddRange(planned.Work.Prepared.Jobs.Select(job => JobStatements.Enqueue(job.Job, job.Json, at)));
        statements.AddRange(append.CancelJobs.Select(job => JobStatements.Cancel(append.Org, job, at)));
    }

    private static Statement TakeKey(string key, string answer, DateTimeOffset expires, DateTimeOffset now) =>
        Statement.Of("SELECT take_key($1, $2, $3, $4)").Add(key).Add(answer).Add(expires).Add(now);

    private static void AddEntry(List<Statement> statements, PreparedWrite write, ChainedEntry entry, DateTimeOffset at)
    {
        var (draft, stream, org) = (entry.Draft, write.Stream, write.Org);
        statements.Add(
            Statement
                .Of(
                    """
                    INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource,
                        result, request_id, prev_hash, hash)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                    """
                )
                .Add(stream)
                .Add(entry.Seq)
                .Add(org)
                .Add(at)
                .Add(draft.Caller.Principal.Kind.ToString())
                .Add(draft.Caller.Principal.Id)
                .Add(draft.Operation)
                .Add(draft.ResourceType)
                .Add(draft.Resource)
                .Add(EntryBody.Text(draft.Result))
                .Add(draft.Caller.RequestId)
                .AddBlob(entry.PreviousHash)
                .AddBlob(entry.Hash)
        );
        statements.Add(
            Statement
                .Of("INSERT INTO journal_body (stream, seq, body) VALUES ($1, $2, $3)")
                .Add(stream)
                .Add(entry.Seq)
                .AddUtf8(entry.Body)
        );
        if (draft.DecisionId is { } decision)
        {
            // The first record is the decision's own; a later one only counts how often it was repeated.
            statements.Add(
                Statement
                    .Of("INSERT INTO decision (org, id, stream, seq) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                    .Add(org)
                    .Add(decision)
                    .Add(stream)
                    .Add(entry.Seq)
            );
        }

        statements.Add(
            Statement
                .Of("INSERT INTO unsealed (org, stream, seq, hash) VALUES ($1, $2, $3, $4)")
                .Add(org)
                .Add(stream)
                .Add(entry.Seq)
                .AddBlob(entry.Hash)
        );
    }
}
