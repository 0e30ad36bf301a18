using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Sqlite;

/// <summary>Statements on job.</summary>
internal static class JobTable
{
    public static void Enqueue(WriteSession session, JobDraft job, string json)
    {
        var added = session
            .Prepare(
                """
                INSERT INTO job (id, org, kind, stream, capability, due, status, attempt, cancel, created, draft)
                VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?) ON CONFLICT (id) DO NOTHING
                """
            )
            .Add(job.Id)
            .Add(job.Org)
            .Add(job.Kind)
            .Add(job.Stream)
            .Add(job.Capability)
            .Add(job.Due ?? session.Now)
            .Add(session.Now)
            .Add(json)
            .Run();
        if (added > 0)
        {
            session.Notify(JobRows.Topic(job.Stream));
            session.WakeJobs();
        }
    }

    public static bool IsCurrent(Connection connection, JobFence fence) => Is(connection, fence, JobStatus.Running);

    /// <summary>Whether there is no newer attempt, and the job's status is this one.</summary>
    public static bool Is(Connection connection, JobFence fence, JobStatus status)
    {
        using var row = connection
            .Prepare("SELECT 1 FROM job WHERE id = ? AND attempt = ? AND status = ?")
            .Add(fence.JobId)
            .Add(fence.Attempt)
            .Add((int)status);
        return row.Step();
    }

    /// <summary>Those that wait or run.</summary>
    public static long CountOpen(Connection connection, string org, string kind)
    {
        // Each half has an index of its own; ended jobs are not looked at.
        using var row = connection
            .Prepare(
                """
                SELECT (SELECT count(*) FROM job WHERE org = ?1 AND kind = ?2 AND status = 0)
                    + (SELECT count(*) FROM job WHERE org = ?1 AND kind = ?2 AND status = 1)
                """
            )
            .Add(org)
            .Add(kind);
        row.Step();
        return row.Int64(0);
    }

    public static void Complete(WriteSession session, JobFence fence) =>
        End(session, fence.JobId, JobStatus.Done, null);

    /// <summary>Ends a job for good and drops the oldest ended ones of its organization over the bound.</summary>
    public static void End(WriteSession session, string id, JobStatus status, string? error)
    {
        using var row = session
            .Prepare(
                "UPDATE job SET status = ?, ended = ?, error = coalesce(?, error), node = NULL WHERE id = ? RETURNING org, stream"
            )
            .Add((int)status)
            .Add(session.Now)
            .Add(error)
            .Add(id);
        if (!row.Step())
        {
            return;
        }

        var (org, stream) = (row.Text(0), row.Text(1));
        row.Dispose();
        session
            .Prepare(
                "DELETE FROM job WHERE n IN (SELECT n FROM job WHERE org = ? AND status >= 2 ORDER BY ended DESC, n DESC LIMIT -1 OFFSET ?)"
            )
            .Add(org)
            .Add(JobRows.KeptEnded)
            .Run();
        session.Notify(JobRows.Topic(stream));
        session.WakeJobs();
    }

    /// <summary>Asks it to stop, where it is one of the organization that still can be.</summary>
    public static void Cancel(WriteSession session, string org, string id)
    {
        var row = Find(session.Connection, id)?.Row;
        if (row is null || row.Job.Org != org || row.Job.Standing || row.Status > JobStatus.Running)
        {
            return;
        }

        session.Prepare("UPDATE job SET cancel = 1, due = min(due, ?) WHERE id = ?").Add(session.Now).Add(id).Run();
        session.Notify(JobRows.Topic(row.Job.Stream));
        session.WakeJobs();
    }

    public static bool IsDead(Connection connection, string org, string id) =>
        Find(connection, id) is { Row: { Status: JobStatus.Dead } row } && row.Job.Org == org;

    /// <summary>Queues a dead one again.</summary>
    public static void Retry(WriteSession session, string id)
    {
        using var row = session
            .Prepare("UPDATE job SET status = 0, due = ?, cancel = 0, ended = NULL WHERE id = ? RETURNING stream")
            .Add(session.Now)
            .Add(id);
        if (row.Step())
        {
            session.Notify(JobRows.Topic(row.Text(0)));
            session.WakeJobs();
        }
    }

    public static ImmutableArray<JobFence> StopRequested(Connection connection, string node)
    {
        using var row = connection
            .Prepare("SELECT id, attempt FROM job WHERE status = 1 AND node = ? AND cancel = 1 ORDER BY n")
            .Add(node);
        var attempts = ImmutableArray.CreateBuilder<JobFence>();
        while (row.Step())
        {
            attempts.Add(new(row.Text(0), row.Int32(1)));
        }

        return attempts.ToImmutable();
    }

    public static void Requeue(WriteSession session, string id, string error, TimeSpan delay)
    {
        using var row = session
            .Prepare("UPDATE job SET status = 0, due = ?, error = ?, node = NULL WHERE id = ? RETURNING stream")
            .Add(session.Now + delay)
            .Add(error)
            .Add(id);
        if (row.Step())
        {
            session.Notify(JobRows.Topic(row.Text(0)));
            session.WakeJobs();
        }
    }

    public static StoredJob? Find(Connection connection, string id)
    {
        using var row = connection.Prepare($"SELECT {JobRows.Columns} FROM job WHERE id = ?").Add(id);
        return row.Step() ? JobRows.Read(row) : null;
    }

    public static List<StoredJob> List(Connection connection, JobFilter filter)
    {
        using var row = connection
            .Prepare(
                $"""
                SELECT {JobRows.Columns} FROM job WHERE org = ?1 AND (?2 IS NULL OR stream = ?2) AND (?3 IS NULL OR kind = ?3)
                AND (?4 IS NULL OR status = ?4) AND (?6 IS NULL OR n < (SELECT n FROM job WHERE id = ?6 AND org = ?1))
                ORDER BY n DESC LIMIT ?5
                """
            )
            .Add(filter.Org)
            .Add(filter.Stream)
            .Add(filter.Kind)
            .Add((long?)(int?)filter.Status)
            .Add(filter.Limit)
            .Add(filter.Before);
        var rows = new List<StoredJob>();
        while (row.Step())
        {
            rows.Add(JobRows.Read(row));
        }

        return rows;
    }
}
