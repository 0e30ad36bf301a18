using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Jobs;
using Palisade.Storage.Jobs;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Jobs;

/// <summary>
/// Cancels what a job does, by the operation on what it works on, which is the same as the client's; and runs one again
/// that was given up.
/// </summary>
internal sealed class JobActions(IGrainFactory grains, Records records, MissingRights missing)
{
    private static readonly Operation[] ForBuild = [Operations.BuildCancel];
    private static readonly Operation[] ForChange = [Operations.AppCancel];
    private static readonly Operation[] ForRetry = [Operations.JobRetry];

    /// <summary>What can be done with it; null: nothing.</summary>
    public async Task<JobDeed?> PlanAsync(Caller caller, JobLine job, CancellationToken cancellationToken)
    {
        if (job is { Row.Status: JobStatus.Dead, Build: null })
        {
            return JobDeed.OfRetry(job, await missing.OfAsync(caller, job.On, ForRetry, cancellationToken));
        }

        if (job.IsOver || job.App is not { } app)
        {
            return null;
        }

        if (job.Build is not null)
        {
            return JobDeed.OfBuild(job, await missing.OfAsync(caller, app, ForBuild, cancellationToken));
        }

        return await ChangingAsync(job, app, cancellationToken) is { } changing
            ? JobDeed.OfChange(changing, await missing.OfAsync(caller, app, ForChange, cancellationToken))
            : null;
    }

    /// <summary>Null: done; otherwise why not.</summary>
    public async Task<Problem?> CancelAsync(Caller caller, JobLine job, CancellationToken cancellationToken)
    {
        if (job.Build is { } build)
        {
            return (
                await grains.GetGrain<IBuildGrain>(build.ToString()).CancelAsync(caller, cancellationToken)
            ).Problem;
        }

        return job.App is { } app && ConvergeJob.RolloutOf(job.Row.Job.Id) is { } rollout
            ? (await grains.GetGrain<IAppGrain>(app.ToString()).CancelAsync(caller, rollout, cancellationToken)).Problem
            : JobProblems.ChangeOver;
    }

    /// <summary>Null: it begins again; otherwise why not.</summary>
    public async Task<Problem?> RetryAsync(Caller caller, JobLine job, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IJobGrain>(job.Key).RetryAsync(caller, cancellationToken)).Problem;

    /// <summary>The app while it is this job's change that is under way; null: it is not, or being undone.</summary>
    private async Task<AppView?> ChangingAsync(JobLine job, AppRef app, CancellationToken cancellationToken) =>
        await records.AppAsync(app, cancellationToken) is { Rollout: { Failed: false } rollout } view
        && ConvergeJob.IdOf(rollout.Id) == job.Row.Job.Id
            ? view
            : null;
}
