using Palisade.Domain.Kernel;

namespace Palisade.Grains.Jobs;

/// <summary>One job of an organization; key: <c>org/id</c>.</summary>
[Alias("palisade.job")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>
    /// Runs a job again that was given up after its last attempt, in the name of who asked for it first: what they may
    /// no longer do is refused as it starts. Problems: <c>job.not_found</c>, <c>job.not_dead</c>, <c>job.over</c>.
    /// </summary>
    Task<Result<Done>> RetryAsync(Caller caller, CancellationToken cancellationToken = default);
}
