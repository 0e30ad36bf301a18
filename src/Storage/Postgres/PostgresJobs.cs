using System.Collections.Immutable;
using Palisade.Storage.Jobs;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresJobs(
    Database database,
    CommitNews news,
    JobSignal signal,
    PersonKeys people,
    TimeProvider clock
) : IJobStore, IDisposable
{
    // One claim at a time in this process; the rest is touched by whoever claims.
    private readonly SemaphoreSlim _claiming = new(1, 1);
    private readonly Dictionary<string, HashSet<(string Id, int Attempt)>> _given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _served = new(StringComparer.Ordinal);
    private long _turn;

    public async Task RegisterAsync(NodeInfo node, CancellationToken cancellationToken = default)
    {
        var now = StoreTime.Now(clock);
        await database.RunAsync(NodeStatements.Sweep(now), cancellationToken);
        if (await database.RunAsync(NodeStatements.Register(node, now), cancellationToken) == 0)
        {
            throw new InvalidOperationException(
                $"Node {node.Id} was registered before; an incarnation has an id of its own."
            );
        }

        signal.Raise();
    }

    public async Task<bool> HeartbeatAsync(string nodeId, CancellationToken cancellationToken = default) =>
        await database.RunAsync(NodeStatements.Beat(nodeId, StoreTime.Now(clock)), cancellationToken) == 1;

    public Task<NodeInfo?> FindNodeAsync(string capability, CancellationToken cancellationToken = default) =>
        database.FirstAsync(
            NodeStatements.Able(capability, StoreTime.Now(clock)),
            row => new NodeInfo(row.Text(0), row.Text(1), [capability]),
            cancellationToken
        );

    public async Task<ImmutableArray<ClaimedJob>> ClaimAsync(
        string nodeId,
        int max,
        int maxOfOrg = int.MaxValue,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        await _claiming.WaitAsync(cancellationToken);
        try
        {
            var claims = await TakeAsync(nodeId, max, maxOfOrg);
            var opened = ImmutableArray.CreateBuilder<ClaimedJob>(claims.Count);
            foreach (var claim in claims)
            {
                // What was claimed is given, whatever becomes of the request.
                var job = await JobJson.OpenAsync(claim.Draft, people, CancellationToken.None);
                opened.Add(new(job, claim.Attempt) { CancelRequested = claim.Cancelled });
            }

            Given(nodeId, claims);
            return opened.MoveToImmutable();
        }
        finally
        {
            _claiming.Release();
        }
    }

    public async Task<ImmutableArray<JobFence>> StopRequestedAsync(
        string nodeId,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. await database.ReadAsync(
                JobStatements.StopRequested(nodeId),
                static row => new JobFence(row.Text(0), row.Int32(1)),
                cancellationToken
            ),
        ];

    public Task<bool> ProgressAsync(JobFence fence, string progress, CancellationToken cancellationToken = default) =>
        ChangeAsync([JobStatements.Progress(fence, progress)], cancellationToken);

    public async Task<bool> EndAsync(JobFence fence, JobEnd end, CancellationToken cancellationToken = default)
    {
        var (now, status) = (StoreTime.Now(clock), JobRows.StatusAfter(end));
        var statements = end is JobEnd.Retry retry
            ? [JobStatements.Requeue(fence, retry.Error, now + retry.Delay)]
            : JobStatements.End(fence, status, end.Why, now);
        // Nothing changes when it was sent before, by itself after the connection broke: what is there says so.
        return await ChangeAsync(statements, cancellationToken)
            || await database.FirstAsync(JobStatements.Is(fence, status), _ => true, cancellationToken);
    }

    public async Task<JobRow?> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        await database.FirstAsync(JobStatements.Find(jobId), JobRows.Read, cancellationToken) is { } found
            ? await found.OpenAsync(people, cancellationToken)
            : null;

    public async Task<ImmutableArray<JobRow>> ListAsync(JobFilter filter, CancellationToken cancellationToken = default)
    {
        var found = await database.ReadAsync(JobStatements.List(filter), JobRows.Read, cancellationToken);
        return await JobRows.OpenAsync(found, people, cancellationToken);
    }

    public Task WaitForDueAsync(TimeSpan atMost, CancellationToken cancellationToken = default) =>
        JobWait.UntilDueAsync(
            signal,
            () => database.FirstAsync(JobStatements.NextDue(), row => row.TimeOrNull(0), cancellationToken),
            async () =>
                await database.FirstAsync(
                    NodeStatements.FirstBeat(StoreTime.Now(clock)),
                    row => row.TimeOrNull(0),
                    cancellationToken
                ) + NodeStatements.Lease,
            atMost,
            clock,
            cancellationToken
        );

    public void Dispose() => _claiming.Dispose();

    private async Task<List<StoredClaim>> TakeAsync(string nodeId, int max, int maxOfOrg)
    {
        var given = await StillRunningAsync(nodeId);
        var statement = JobClaim.Of(nodeId, max, maxOfOrg, given, _served, StoreTime.Now(clock));
        var rows = await database.ReadAsync(statement, JobClaim.Read, CancellationToken.None);
        return [.. rows.OrderBy(row => row.Turn).Select(row => row.Claim)];
    }

    private void Given(string nodeId, List<StoredClaim> claims)
    {
        foreach (var claim in claims)
        {
            _given[nodeId].Add((claim.Draft.Draft.Id, claim.Attempt));
            _served[claim.Draft.Draft.Org] = ++_turn;
        }

        news.Publish([.. claims.Select(claim => new Change(JobRows.Topic(claim.Draft.Draft.Stream), 0))]);
    }

    /// <summary>What was given to the node, without what has ended since.</summary>
    private async Task<HashSet<(string Id, int Attempt)>> StillRunningAsync(string nodeId)
    {
        if (!_given.TryGetValue(nodeId, out var given))
        {
            return _given[nodeId] = [];
        }

        if (given.Count > 0)
        {
            var running = await database.ReadAsync(
                JobStatements.RunningOn(nodeId),
                row => (row.Text(0), row.Int32(1)),
                CancellationToken.None
            );
            given.IntersectWith(running);
        }

        return given;
    }

    private async Task<bool> ChangeAsync(IEnumerable<Statement> statements, CancellationToken cancellationToken)
    {
        var topics = await database.AnnounceAsync([.. statements], cancellationToken);
        news.Publish([.. topics.Select(topic => new Change(topic, 0))]);
        return topics.Count > 0;
    }
}
