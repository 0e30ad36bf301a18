using Palisade.Storage.Jobs;

namespace Palisade.Grains.Jobs;

/// <summary>Runs one kind of job. Idempotent: it may be started again after any step of an earlier attempt.</summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>
    /// The token is cancelled when the job is asked to stop, the lease is lost, or the server stops (then the job is
    /// taken up again).
    /// </summary>
    Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken);

    /// <summary>
    /// The job ends without having done its work (cancelled, or it threw too often), and nobody takes it up again: what
    /// waits for it must be told. Called before the job's row says so.
    /// </summary>
    Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken);
}
