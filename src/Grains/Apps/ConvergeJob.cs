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
/// Brings an app to what is desired: observe, plan, apply, wait for evidence, report. It looks at everything anew in each round, so it does not
/// matter where an earlier attempt was killed, and what it converges to may change under it.
/// </summary>
public sealed class ConvergeJob(
    IStore store, IProviders providers, ReleaseLoader releases, IGate gate, IGrainFactory grains, TimeProvider time, ILogger<ConvergeJob> logger) : IJobHandler
{
    public const string Kind = "app.converge";

    /// <summary>After an attempt that was ended by a fault of ours or of the machine.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    string IJobHandler.Kind => Kind;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var app = AppRef.Parse(context.Job.Stream[(context.Job.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var grain = grains.GetGrain<IAppGrain>(app.ToString());
        var row = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        if (row is null)
        {
            return new JobEnd.Cancelled("the rack is gone");
        }

        if (!providers.Find(ViewJson.Read<RackState>(row)).TryGet(out var provider, out var problem))
        {
            return new JobEnd.Retry(problem.Text, TimeSpan.FromSeconds(5));
        }

        if (await RefusedNowAsync(context, grain, cancellationToken) is { } refused)
        {
            return refused;
        }

        var run = new Convergence(context, app, grain, provider, releases, store, time, logger);
        try
        {
            return await run.RunAsync(cancellationToken);
        }
#pragma warning disable CA1031 // An app must never be left alone because something went wrong: what ended this attempt is logged and shown, and the next one looks anew.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogAttemptFailed(e, app.ToString());
            return new JobEnd.Retry($"{e.GetType().Name}: tried again", Pause);
        }
    }

    /// <summary>S16: decided again when it starts. A rollout whose author may no longer do it is ended, not forgotten.</summary>
    private async Task<JobEnd?> RefusedNowAsync(JobContext context, IAppGrain grain, CancellationToken cancellationToken)
    {
        if (Operations.Find(context.Job.Operation) is { } operation && Resource.TryParse(context.Job.Resource, out var resource)
            && await gate.AllowsAsync(context.Job.Caller, operation, resource, cancellationToken))
        {
            return null;
        }

        var goal = await grain.GoalAsync(cancellationToken);
        if (goal is { Ok: true, Value.App.Rollout: { Failed: false } rollout } && context.Job.Id == $"converge-{rollout.Id}")
        {
            await grain.ReportRolloutAsync(
                context.SystemCaller, context.Token,
                new RolloutReport.Failed(rollout.Id, "rollout.denied", $"{rollout.By.Name} may no longer do this"), cancellationToken);
        }

        return new JobEnd.Failed("who asked for it may no longer do it");
    }
}
