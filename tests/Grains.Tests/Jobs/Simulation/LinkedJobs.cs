using System.Collections.Immutable;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// Jobs as a node reaches them. As the adapter of a real database it knows what it was given, so that a claim whose
/// answer was lost is given again.
/// </summary>
internal sealed class LinkedJobs(Link link, ModelDatabase database, TimeProvider clock) : IJobStore
{
    private readonly HashSet<JobFence> _given = [];
    private TaskCompletionSource _woken = new();

    public Task RegisterAsync(NodeInfo node, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.Register(node));

    public Task<bool> HeartbeatAsync(string nodeId, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.Beat(nodeId));

    public Task<NodeInfo?> FindNodeAsync(string capability, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async Task<ImmutableArray<ClaimedJob>> ClaimAsync(
        string nodeId,
        int max,
        int maxOfOrg = int.MaxValue,
        CancellationToken cancellationToken = default
    )
    {
        var given = _given.ToHashSet();
        var claimed = await link.CallAsync(() => database.Claim(nodeId, max, maxOfOrg, given), isClaim: true);
        _given.UnionWith(claimed.Select(job => job.Fence));
        return claimed;
    }

    public Task<ImmutableArray<JobFence>> StopRequestedAsync(
        string nodeId,
        CancellationToken cancellationToken = default
    ) => link.CallAsync(() => database.StopRequested(nodeId));

    public Task<bool> ProgressAsync(JobFence fence, string progress, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.Progress(fence, progress));

    public Task<bool> EndAsync(JobFence fence, JobEnd end, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.End(fence, end));

    public Task<JobRow?> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<JobRow>> ListAsync(JobFilter filter, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Until a notice comes or the time is over.</summary>
    public async Task WaitForDueAsync(TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = clock.CreateTimer(_ => Wake(), null, atMost, Timeout.InfiniteTimeSpan);
        using var stopped = cancellationToken.Register(Wake);
        await _woken.Task;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A notice has come.</summary>
    public void Wake() => _woken.TrySetResult();
}
