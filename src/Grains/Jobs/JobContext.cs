using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Jobs;

/// <summary>One attempt at a job.</summary>
public sealed class JobContext(ClaimedJob claimed, IJobStore store)
{
    private string? _progress;

    public JobDraft Job => claimed.Job;

    public int Attempt => claimed.Attempt;

    public JobToken Token => new(Job.Id, Attempt);

    /// <summary>The process acting for the request that caused the job.</summary>
    public Caller SystemCaller => Callers.System(Job.Org, Job.Caller.RequestId);

    /// <summary>
    /// Tells people where it is; the same text again costs nothing. False when a newer attempt exists: this one must
    /// stop.
    /// </summary>
    public async Task<bool> ProgressAsync(string text, CancellationToken cancellationToken)
    {
        if (text == _progress)
        {
            return true;
        }

        _progress = text;
        return await store.ProgressAsync(claimed.Fence, text, cancellationToken);
    }
}
