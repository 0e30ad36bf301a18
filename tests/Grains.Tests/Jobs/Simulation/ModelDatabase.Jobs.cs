using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>Jobs and who is alive.</summary>
internal partial class ModelDatabase
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    // Dictionaries that nothing is removed from keep the order of what was added.
    private readonly Dictionary<string, ModelJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (NodeInfo Info, DateTimeOffset Beat)> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _served = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>Something about jobs was committed.</summary>
    public event Action? JobsChanged;

    public IReadOnlyCollection<ModelJob> Jobs => _jobs.Values;

    public virtual bool Register(NodeInfo node)
    {
        world.Note($"register {node.Id}");
        return _nodes.TryAdd(node.Id, (node, clock.GetUtcNow()))
            ? true
            : throw new InvalidOperationException($"Node {node.Id} was registered before.");
    }

    public virtual bool Beat(string node)
    {
        if (!IsAlive(node))
        {
            return false;
        }

        _nodes[node] = (_nodes[node].Info, clock.GetUtcNow());
        return true;
    }

    /// <param name="given">What the node knows that it runs.</param>
    public virtual ImmutableArray<ClaimedJob> Claim(string node, int max, int maxOfOrg, IReadOnlySet<JobFence> given)
    {
        if (!IsAlive(node))
        {
            return [];
        }

        var claimed = ImmutableArray.CreateBuilder<ClaimedJob>();
        while (claimed.Count < max && Next(_nodes[node].Info, maxOfOrg, given, claimed) is { } job)
        {
            (job.Status, job.Node) = (JobStatus.Running, node);
            job.Attempt++;
            _served[job.Draft.Org] = ++_turn;
            claimed.Add(new(job.Draft, job.Attempt) { CancelRequested = job.CancelRequested });
            world.Note($"{node} claims {job.Draft.Id} {job.Attempt}");
        }

        return claimed.ToImmutable();
    }

    public virtual ImmutableArray<JobFence> StopRequested(string node) =>
        [
            .. _jobs
                .Values.Where(job => job.Status == JobStatus.Running && job.Node == node && job.CancelRequested)
                .Select(job => job.Fence),
        ];

    public virtual bool Progress(JobFence fence, string progress)
    {
        world.Note($"{fence.JobId} {fence.Attempt} {progress}");
        return IsCurrent(fence);
    }

    public virtual bool End(JobFence fence, JobEnd end)
    {
        world.Note($"{fence.JobId} {fence.Attempt} {end}");
        var job = _jobs[fence.JobId];
        if (!IsCurrent(fence))
        {
            return job.Fence == fence && job.Status == JobRows.StatusAfter(end);
        }

        switch (end)
        {
            case JobEnd.Retry retry:
                (job.Status, job.Node, job.Due) = (JobStatus.Queued, null, Stored(Now + retry.Delay));
                break;
            case JobEnd.Done:
                Finish(job, JobStatus.Done);
                break;
            case JobEnd.Cancelled:
                Finish(job, JobStatus.Cancelled);
                break;
            case JobEnd.Dead:
                Finish(job, JobStatus.Dead);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(end));
        }

        JobsChanged?.Invoke();
        return true;
    }

    public DateTimeOffset? NextDue() =>
        _jobs.Values.Where(job => job.Status == JobStatus.Queued).Min(job => (DateTimeOffset?)job.Due);

    public DateTimeOffset? NextEnd() =>
        _nodes.Where(node => IsAlive(node.Key)).Min(node => (DateTimeOffset?)node.Value.Beat) + Lease;

    public bool IsCurrent(JobFence fence) =>
        _jobs.TryGetValue(fence.JobId, out var job) && job.Status == JobStatus.Running && job.Attempt == fence.Attempt;

    protected virtual bool IsAlive(string node) =>
        _nodes.TryGetValue(node, out var known) && clock.GetUtcNow() - known.Beat <= Lease;

    /// <summary>
    /// Of the organization that has the fewest running, and was served longest ago; what was abandoned goes first.
    /// </summary>
    private ModelJob? Next(NodeInfo node, int maxOfOrg, IReadOnlySet<JobFence> given, IReadOnlyList<ClaimedJob> claimed)
    {
        return _jobs
            .Values.Where(job => job.Status <= JobStatus.Running)
            .GroupBy(job => job.Draft.Org)
            .Where(org => org.Count(job => IsBusy(job) && job.Node == node.Id) < maxOfOrg)
            .OrderBy(org => org.Count(IsBusy))
            .ThenBy(org => _served.GetValueOrDefault(org.Key))
            .ThenBy(org => org.Where(job => !IsBusy(job)).Min(job => (DateTimeOffset?)job.Due))
            .ThenBy(org => org.Key, StringComparer.Ordinal)
            .Select(org => org.Where(IsFree).OrderBy(job => job.Status == JobStatus.Queued).ThenBy(job => job.Due))
            .Select(free => free.FirstOrDefault())
            .FirstOrDefault(job => job is not null);

        bool IsBusy(ModelJob job) =>
            job.Status == JobStatus.Running
            && (!IsAbandoned(job, node.Id, given) || claimed.Any(c => c.Job.Id == job.Draft.Id));

        bool IsFree(ModelJob job) =>
            IsAble(node, job)
            && !IsBusy(job)
            && (job.Status == JobStatus.Running || (job.Due <= Now && !IsBlocked(job)));
    }

    private static DateTimeOffset Stored(DateTimeOffset time) =>
        StoreTime.FromMicroseconds(StoreTime.ToMicroseconds(time));

    private static bool IsAble(NodeInfo node, ModelJob job) =>
        job.Draft.Capability is not { } needed || job.CancelRequested || node.Capabilities.Contains(needed);

    private bool IsAbandoned(ModelJob job, string node, IReadOnlySet<JobFence> given) =>
        job.Status == JobStatus.Running && (!IsAlive(job.Node!) || (job.Node == node && !given.Contains(job.Fence)));

    private bool IsBlocked(ModelJob job) =>
        _jobs.Values.Any(other =>
            other.Status == JobStatus.Running
            && other.Draft.Kind == job.Draft.Kind
            && other.Draft.Stream == job.Draft.Stream
        );

    private void Enqueue(JobDraft draft)
    {
        _jobs.TryAdd(draft.Id, new(draft) { Due = draft.Due ?? Now });
        JobsChanged?.Invoke();
    }

    private void Cancel(string org, string id)
    {
        if (_jobs.TryGetValue(id, out var job) && job.Draft.Org == org && job.Status <= JobStatus.Running)
        {
            job.CancelRequested = true;
            job.Due = job.Due < Now ? job.Due : Now;
            JobsChanged?.Invoke();
        }
    }

    private bool IsDead(string org, string id) =>
        _jobs.TryGetValue(id, out var job) && job.Draft.Org == org && job.Status == JobStatus.Dead;

    private void Retry(string id)
    {
        var job = _jobs[id];
        (job.Status, job.CancelRequested, job.Due) = (JobStatus.Queued, false, Now);
        JobsChanged?.Invoke();
    }

    private void Finish(ModelJob job, JobStatus status)
    {
        (job.Status, job.Node) = (status, null);
        JobsChanged?.Invoke();
    }
}

internal sealed class ModelJob(JobDraft draft)
{
    public JobDraft Draft => draft;

    public JobStatus Status { get; set; }

    public int Attempt { get; set; }

    public string? Node { get; set; }

    public bool CancelRequested { get; set; }

    public DateTimeOffset Due { get; set; }

    public JobFence Fence => new(draft.Id, Attempt);
}
