using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Jobs;

/// <summary>
/// Durable jobs. A lease is the node's heartbeat plus the attempt number: every stored result names (job, attempt) and
/// is refused when a newer attempt exists. Jobs are enqueued and asked to stop through appends.
/// </summary>
public interface IJobStore
{
    /// <summary>
    /// Registers this node incarnation with what it can do and starts its lease; heartbeats renew it (0.5 s, lost after
    /// 2 s).
    /// </summary>
    Task RegisterAsync(NodeInfo node, CancellationToken cancellationToken = default);

    /// <summary>
    /// Renews the lease. False when it was lost meanwhile: the node must stop its work and register as a new
    /// incarnation.
    /// </summary>
    Task<bool> HeartbeatAsync(string nodeId, CancellationToken cancellationToken = default);

    /// <summary>
    /// A node that is alive and has the capability, the one heard of last; null when there is none.
    /// </summary>
    Task<NodeInfo?> FindNodeAsync(string capability, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes due jobs that this node is able to run, and raises their attempt. Jobs of dead nodes are due again. Never
    /// two jobs of one (kind, stream) at a time. Fairly: of the organizations whose jobs wait, the one that has the
    /// fewest running on all nodes comes first, and among equals they take turns.
    /// </summary>
    /// <param name="nodeId">Who asks.</param>
    /// <param name="max">The most that are taken.</param>
    /// <param name="maxOfOrg">The most that run on this node of one organization, standing ones aside: what others may
    /// want to run has room, however many wait of one.</param>
    /// <param name="cancellationToken">Before anything is taken.</param>
    Task<ImmutableArray<ClaimedJob>> ClaimAsync(
        string nodeId,
        int max,
        int maxOfOrg = int.MaxValue,
        CancellationToken cancellationToken = default
    );

    /// <summary>The attempts that run on this node and were asked to stop.</summary>
    Task<ImmutableArray<JobFence>> StopRequestedAsync(string nodeId, CancellationToken cancellationToken = default);

    /// <summary>Stores what people see while it runs; false when fenced.</summary>
    Task<bool> ProgressAsync(JobFence fence, string progress, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the attempt; false when fenced. The same end again, as after an answer that was lost, is true while nothing
    /// has come after it. Completing with a state change goes through <see cref="Journal.Append.Fences"/> instead.
    /// </summary>
    Task<bool> EndAsync(JobFence fence, JobEnd end, CancellationToken cancellationToken = default);

    Task<JobRow?> GetAsync(string jobId, CancellationToken cancellationToken = default);

    /// <summary>The newest first.</summary>
    Task<ImmutableArray<JobRow>> ListAsync(JobFilter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when a job may have become due (an append enqueued one, or a lease or time ran out); spurious wake-ups
    /// are allowed.
    /// </summary>
    Task WaitForDueAsync(TimeSpan atMost, CancellationToken cancellationToken = default);
}

/// <summary>A node incarnation: a new id for each start of a process.</summary>
/// <param name="Url">Its internal endpoint, by which other nodes reach what only it has; empty when it has
/// none.</param>
public sealed record NodeInfo(string Id, string Url, ImmutableHashSet<string> Capabilities);

/// <summary>
/// Proof of being the current attempt of a job. <see cref="Complete"/>: the append that carries it ends the job as
/// done.
/// </summary>
public sealed record JobFence(string JobId, int Attempt)
{
    public bool Complete { get; init; }
}

public sealed record ClaimedJob(JobDraft Job, int Attempt)
{
    public JobFence Fence => new(Job.Id, Attempt);

    /// <summary>It must not be run any more, only given up and ended.</summary>
    public bool CancelRequested { get; init; }
}

public enum JobStatus
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Dead,
}

/// <summary>How an attempt ends: done, cancelled, retried at a time, or dead after its last attempt.</summary>
public abstract record JobEnd
{
    /// <summary>What the job's row says of it; null when all went well.</summary>
    public virtual string? Why => null;

    public sealed record Done : JobEnd;

    public sealed record Failed(string Error) : JobEnd
    {
        public override string? Why => Error;
    }

    public sealed record Cancelled(string Reason) : JobEnd
    {
        public override string? Why => Reason;
    }

    /// <summary>Queued again, not before <paramref name="Delay"/> has passed.</summary>
    public sealed record Retry(string Error, TimeSpan Delay) : JobEnd
    {
        public override string? Why => Error;
    }

    public sealed record Dead(string Error) : JobEnd
    {
        public override string? Why => Error;
    }
}

public sealed record JobRow(
    JobDraft Job,
    JobStatus Status,
    int Attempt,
    string? Node,
    string? Progress,
    string? LastError
)
{
    public bool CancelRequested { get; init; }
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
}

public sealed record JobFilter(string Org)
{
    public string? Stream { get; init; }
    public string? Kind { get; init; }
    public JobStatus? Status { get; init; }

    /// <summary>Id of a job: only those that were enqueued before it; none when there is no such job.</summary>
    public string? Before { get; init; }

    public int Limit { get; init; } = 100;
}
