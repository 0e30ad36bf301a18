using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on job. Those that change what people or pumps see announce its topic.</summary>
internal static class JobStatements
{
    // Each half has an index of its own; ended jobs are not looked at.
    private const string Open = """
        (SELECT count(*) FROM job WHERE org = $1 AND kind = $2 AND status = 0)
            + (SELECT count(*) FROM job WHERE org = $1 AND kind = $2 AND status = 1)
        """;

    private const string Topic = $"'job/' || stream AS {Statement.Topic}";

    /// <param name="jobs">Each with its draft as stored, in the order in which they come up.</param>
    public static Statement Enqueue(IReadOnlyCollection<(JobDraft Job, string Json)> jobs, DateTimeOffset now) =>
        Statement
            .Of(
                $"""
                INSERT INTO job (id, org, kind, stream, capability, standing, due, draft, status, attempt, cancel, created)
                SELECT d.*, 0, 0, 0, $9 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS d
                ON CONFLICT (id) DO NOTHING RETURNING {Topic}
                """
            )
            .Add([.. jobs.Select(draft => draft.Job.Id)])
            .Add([.. jobs.Select(draft => draft.Job.Org)])
            .Add([.. jobs.Select(draft => draft.Job.Kind)])
            .Add([.. jobs.Select(draft => draft.Job.Stream)])
            .Add([.. jobs.Select(draft => draft.Job.Capability)])
            .Add([.. jobs.Select(draft => draft.Job.Standing)])
            .Add([.. jobs.Select(draft => StoreTime.ToMicroseconds(draft.Job.Due ?? now))])
            .Add([.. jobs.Select(draft => draft.Json)])
            .Add(now);

    /// <summary>Jobs of a kind that wait or run.</summary>
    public static Statement CountOpen(string org, string kind) => Statement.Of($"SELECT {Open}").Add(org).Add(kind);

    public static Statement RefuseOver(string org, string kind, long below) =>
        Statement.Of($"SELECT refuse('{Fault.Limit}', $2) WHERE {Open} >= $3").Add(org).Add(kind).Add(below);

    public static Statement IsCurrent(JobFence fence) => Is(fence, JobStatus.Running);

    /// <summary>Whether there is no newer attempt, and the job's status is this one.</summary>
    public static Statement Is(JobFence fence, JobStatus status) =>
        Statement
            .Of("SELECT 1 FROM job WHERE id = $1 AND attempt = $2 AND status = $3")
            .Add(fence.JobId)
            .Add(fence.Attempt)
            .Add((int)status);

    public static IEnumerable<Statement> Complete(JobFence fence, DateTimeOffset now) =>
        End(fence, JobStatus.Done, null, now);

    /// <summary>Ends an attempt for good and drops the oldest ended ones of its organization over the bound.</summary>
    public static IEnumerable<Statement> End(JobFence fence, JobStatus status, string? error, DateTimeOffset now) =>
        [
            Statement
                .Of(
                    $"""
                    UPDATE job SET status = $3, ended = $4, error = coalesce($5, error), node = NULL
                    WHERE id = $1 AND attempt = $2 AND status = 1 RETURNING {Topic}
                    """
                )
                .Add(fence.JobId)
                .Add(fence.Attempt)
                .Add((int)status)
                .Add(now)
                .AddOutput(error),
            Statement
                .Of(
                    """
                    DELETE FROM job WHERE n IN (
                        SELECT n FROM job WHERE org = (SELECT org FROM job WHERE id = $1) AND status >= 2
                        ORDER BY ended DESC, n DESC OFFSET $2)
                    """
                )
                .Add(fence.JobId)
                .Add(JobRows.KeptEnded),
        ];

    public static Statement Requeue(JobFence fence, string error, DateTimeOffset due) =>
        Statement
            .Of(
                $"""
                UPDATE job SET status = 0, due = $3, error = $4, node = NULL
                WHERE id = $1 AND attempt = $2 AND status = 1 RETURNING {Topic}
                """
            )
            .Add(fence.JobId)
            .Add(fence.Attempt)
            .Add(due)
            .AddOutput(error);

    public static Statement Progress(JobFence fence, string progress) =>
        Statement
            .Of($"UPDATE job SET progress = $3 WHERE id = $1 AND attempt = $2 AND status = 1 RETURNING {Topic}")
            .Add(fence.JobId)
            .Add(fence.Attempt)
            .AddOutput(progress);

    /// <summary>Asks it to stop, where it is one of the organization that still can be.</summary>
    public static Statement Cancel(string org, string id, DateTimeOffset now) =>
        Statement
            .Of(
                $"""
                UPDATE job SET cancel = 1, due = least(due, $3)
                WHERE id = $1 AND org = $2 AND NOT standing AND status <= 1 RETURNING {Topic}
                """
            )
            .Add(id)
            .Add(org)
            .Add(now);

    public static Statement IsDead(string org, string id) =>
        Statement.Of("SELECT 1 FROM job WHERE id = $1 AND org = $2 AND status = 5").Add(id).Add(org);

    /// <summary>Holds it, so that it is one until the end.</summary>
    public static Statement RefuseLiving(string org, string id) =>
        Statement
            .Of(
                $"""
                SELECT refuse('{Fault.Fenced}', $1) WHERE NOT EXISTS (
                    SELECT FROM job WHERE id = $1 AND org = $2 AND status = 5 FOR NO KEY UPDATE)
                """
            )
            .Add(id)
            .Add(org);

    /// <summary>Queues a dead one again.</summary>
    public static Statement Retry(string id, DateTimeOffset now) =>
        Statement
            .Of($"UPDATE job SET status = 0, due = $2, cancel = 0, ended = NULL WHERE id = $1 RETURNING {Topic}")
            .Add(id)
            .Add(now);

    public static Statement Find(string id) => Statement.Of($"SELECT {JobRows.Columns} FROM job WHERE id = $1").Add(id);

    public static Statement List(JobFilter filter) =>
        Statement
            .Of(
                $"""
                SELECT {JobRows.Columns} FROM job WHERE org = $1 AND ($2 IS NULL OR stream = $2)
                AND ($3 IS NULL OR kind = $3) AND ($4 IS NULL OR status = $4)
                AND ($6 IS NULL OR n < (SELECT n FROM job WHERE id = $6 AND org = $1)) ORDER BY n DESC LIMIT $5
                """
            )
            .Add(filter.Org)
            .Add(filter.Stream)
            .Add(filter.Kind)
            .Add((long?)(int?)filter.Status)
            .Add(filter.Limit)
            .Add(filter.Before);

    public static Statement RunningOn(string node) =>
        Statement.Of("SELECT id, attempt FROM job WHERE status = 1 AND node = $1").Add(node);

    public static Statement StopRequested(string node) =>
        Statement.Of("SELECT id, attempt FROM job WHERE status = 1 AND node = $1 AND cancel = 1 ORDER BY n").Add(node);

    public static Statement NextDue() => new("SELECT min(due) FROM job WHERE status = 0");
}
