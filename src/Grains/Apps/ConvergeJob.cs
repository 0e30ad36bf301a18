using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Jobs;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Apps;

/// <summary>
/// Brings an app to what is desired: observe, plan, apply, wait for evidence, report. It looks at everything anew in
/// each round, so it does not matter where an earlier attempt was killed, and what it converges to may change under it.
/// </summary>
public sealed class ConvergeJob(
    IStore store,
    IProviders providers,
    ReleaseLoader releases,
    IGate gate,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<ConvergeJob> logger
) : IJobHandler
{
    public const string Kind = "app.converge";

    private const string Prefix = "converge-";

    string IJobHandler.Kind => Kind;

    /// <summary>Id of the job that brings a rollout about.</summary>
    public static string IdOf(string rolloutId) => Prefix + rolloutId;

    /// <summary>The rollout that a job brings about; null: none.</summary>
    public static string? RolloutOf(string jobId) =>
        jobId?.StartsWith(Prefix, StringComparison.Ordinal) == true ? jobId[Prefix.Length..] : null;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var app = AppOf(context);
        var grain = grains.GetGrain<IAppGrain>(app.ToString());
        var row = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        if (row is null)
        {
            return new JobEnd.Cancelled("the rack is gone");
        }

        if (!providers.Find(ViewJson.Read<RackState>(row)).TryGet(out var provider, out var problem))
        {
            return Providers.TryAgain(problem);
        }

        if (await RefusedNowAsync(context, grain, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (await OthersWaitAsync(context, cancellationToken))
        {
            return new JobEnd.Done();
        }

        var run = new Convergence(context, app, grain, provider, releases, store, time, logger);
        return await run.RunAsync(cancellationToken);
    }

    /// <summary>S16: decided again when it starts. What its author may no longer do is ended, not forgotten.</summary>
    private async Task<JobEnd?> RefusedNowAsync(
        JobContext context,
        IAppGrain grain,
        CancellationToken cancellationToken
    )
    {
        if (
            Operations.Find(context.Job.Operation) is { } operation
            && Resource.TryParse(context.Job.Resource, out var resource)
            && await gate.AllowsAsync(context.Job.Caller, operation, resource, cancellationToken)
        )
        {
            return null;
        }

        var cause = $"{context.Job.Caller.Principal.Id} may no longer do this";
        var reported = await grain.ReportDeniedAsync(
            context.SystemCaller,
            context.Token,
            context.Job.Operation,
            cause,
            cancellationToken
        );
        return reported.Ok || reported.Problem.Code == JobToken.Stale
            ? new JobEnd.Failed(cause)
            : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// S16: what somebody asked for is carried out by the job that decides about it when it starts. The system's own
    /// look at the app leaves everything to such a one, which looks at everything too.
    /// </summary>
    private async Task<bool> OthersWaitAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (context.Job.Operation != Operations.AppConverge.Name)
        {
            return false;
        }

        var jobs = new JobFilter(context.Job.Org) { Stream = context.Job.Stream, Kind = Kind };
        var waiting = await store.Jobs.ListAsync(jobs with { Status = JobStatus.Queued }, cancellationToken);
        var interrupted = await store.Jobs.ListAsync(jobs with { Status = JobStatus.Running }, cancellationToken);
        return waiting.Concat(interrupted).Any(other => other.Job.Operation != Operations.AppConverge.Name);
    }

    /// <summary>A rollout that nobody works on any more has failed; going back is another job's.</summary>
    public async Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var grain = grains.GetGrain<IAppGrain>(AppOf(context).ToString());
        if (await grain.GoalAsync(cancellationToken) is { Ok: true, Value.App.Rollout: { Failed: false } rollout })
        {
            var report = new RolloutReport.Failed(rollout.Id, "rollout.abandoned", reason);
            await grain.ReportRolloutAsync(context.SystemCaller, context.Token, report, cancellationToken);
        }
    }

    internal static AppRef AppOf(JobContext context) =>
        AppRef.Parse(context.Job.Stream[(context.Job.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..]);
}
