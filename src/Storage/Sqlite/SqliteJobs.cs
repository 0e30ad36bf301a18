using System.Collections.Immutable;
using Palisade.Storage.Jobs;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteJobs(
    Writer writer,
    ReadPool readers,
    NodeLeases leases,
    JobSignal signal,
    PersonKeys people,
    TimeProvider clock
) : IJobStore
{
    // Touched on the writer's thread only.
    private readonly Dictionary<string, long> _served = new(StringComparer.Ordinal);
    private long _turn;

    public Task RegisterAsync(NodeInfo node, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        leases.Register(node);
        signal.Raise();
        return Task.CompletedTask;
    }

    public Task<bool> HeartbeatAsync(string nodeId, CancellationToken cancellationToken = default) =>
        Task.FromResult(leases.Beat(nodeId));

    public Task<NodeInfo?> FindNodeAsync(string capability, CancellationToken cancellationToken = default) =>
        Task.FromResult(leases.Able(capability));

    public async Task<ImmutableArray<ClaimedJob>> ClaimAsync(
        string nodeId,
        int max,
        int maxOfOrg = int.MaxValue,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var claimed = await writer.WriteAsync<ImmutableArray<(ClaimedJob Job, StoredDraft Draft)>>(
            session =>
            {
                // A node whose lease ran out gets nothing: another one may be about to take its jobs.
                if (leases.Alive(nodeId) is not { } node)
                {
                    return [];
                }

                var claim = new JobClaim(session, node, leases.AllAlive(), _served);
                var jobs = claim.Take(max, maxOfOrg);
                session.OnCommit(() => claim.Served.ForEach(org => _served[org] = ++_turn));
                return jobs;
            },
            cancellationToken
        );
        var opened = ImmutableArray.CreateBuilder<ClaimedJob>(claimed.Length);
        foreach (var (job, draft) in claimed)
        {
            // What was claimed is given, whatever becomes of the request.
            opened.Add(job with { Job = await JobJson.OpenAsync(draft, people, CancellationToken.None) });
        }

        return opened.MoveToImmutable();
    }

    public Task<ImmutableArray<JobFence>> StopRequestedAsync(
        string nodeId,
        CancellationToken cancellationToken = default
    ) => readers.ReadAsync(db => JobTable.StopRequested(db, nodeId), cancellationToken);

    public Task<bool> ProgressAsync(JobFence fence, string progress, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(
            session =>
            {
                using var row = session
                    .Prepare("UPDATE job SET progress = ? WHERE id = ? AND attempt = ? AND status = 1 RETURNING stream")
                    .Add(progress)
                    .Add(fence.JobId)
                    .Add(fence.Attempt);
                if (!row.Step())
                {
                    return false;
                }

                session.Notify(JobRows.Topic(row.Text(0)));
                return true;
            },
            cancellationToken
        );

    public Task<bool> EndAsync(JobFence fence, JobEnd end, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(session => End(session, fence, end), cancellationToken);

    public async Task<JobRow?> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        await readers.ReadAsync(db => JobTable.Find(db, jobId), cancellationToken) is { } found
            ? await found.OpenAsync(people, cancellationToken)
            : null;

    public async Task<ImmutableArray<JobRow>> ListAsync(JobFilter filter, CancellationToken cancellationToken = default)
    {
        var found = await readers.ReadAsync(db => JobTable.List(db, filter), cancellationToken);
        return await JobRows.OpenAsync(found, people, cancellationToken);
    }

    public Task WaitForDueAsync(TimeSpan atMost, CancellationToken cancellationToken = default) =>
        JobWait.UntilDueAsync(
            signal,
            () => readers.ReadAsync(NextDue, cancellationToken),
            () => Task.FromResult(leases.NextEnd()),
            atMost,
            clock,
            cancellationToken
        );

    private static bool End(WriteSession session, JobFence fence, JobEnd end)
    {
        var status = JobRows.StatusAfter(end);
        if (!JobTable.IsCurrent(session.Connection, fence))
        {
            return JobTable.Is(session.Connection, fence, status);
        }

        if (end is JobEnd.Retry retry)
        {
            JobTable.Requeue(session, fence.JobId, retry.Error, retry.Delay);
        }
        else
        {
            JobTable.End(session, fence.JobId, status, end.Why);
        }

        return true;
    }

    private static DateTimeOffset? NextDue(Connection connection)
    {
        using var row = connection.Prepare("SELECT min(due) FROM job WHERE status = 0");
        return row.Step() ? row.TimeOrNull(0) : null;
    }
}
