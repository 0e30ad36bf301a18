using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Jobs;
using Palisade.Grains.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Builds;

/// <summary>
/// Runs one build: images on the rack, then the release, then the build is complete. Each is recorded before the next,
/// so a killed build goes on.
/// </summary>
public sealed partial class BuildJob(
    IStore store,
    IProviders providers,
    IGate gate,
    Policies policies,
    AppEnvironments environments,
    IGrainFactory grains,
    TimeProvider time
) : IJobHandler
{
    public const string Kind = "build.run";

    /// <summary>S08: builds of one organization that run at once, unless it has a quota of its own.</summary>
    public const int MaxAtOnce = 2;

    /// <summary>A build whose rack can't be reached for so long has failed.</summary>
    private static readonly TimeSpan WaitForRack = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan WaitForSlot = TimeSpan.FromSeconds(1);

    private readonly OrgSlots _slots = new();

    string IJobHandler.Kind => Kind;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var build = BuildOf(context.Job);
        var row = await store.Views.GetAsync(
            build.App.Org,
            ViewKinds.Build,
            $"{build.App.Rack.Rack}/{build.App.App}/{build.Id}",
            cancellationToken
        );
        // Without a row the app is gone, and with it everything of its builds that was listed: the build itself must
        // still end.
        if (row is null)
        {
            return await FailAsync(context, build, "the app was deleted", cancellationToken);
        }

        var state = ViewJson.Read<BuildState>(row);
        if (state.Status == BuildStatus.Running)
        {
            var (org, _) = await policies.OrgAsync(build.App.Org, cancellationToken);
            if (!_slots.TryEnter(build.App.Org, org.Quotas.BuildsAtOnce ?? MaxAtOnce))
            {
                // The job waits in the queue and not here, where it would keep other jobs from running.
                await context.ProgressAsync("waiting for other builds of the organization", cancellationToken);
                return new JobEnd.Retry("waiting for other builds of the organization", WaitForSlot);
            }

            try
            {
                await context.ProgressAsync("building", cancellationToken);
                return await RunAsync(context, build, state, cancellationToken);
            }
            finally
            {
                _slots.Leave(build.App.Org);
            }
        }

        // Over already: cancelled, or by an attempt that was killed before it could close the log.
        return await CloseAsync(build, state, cancellationToken);
    }

    /// <summary>A build that nobody works on any more has failed.</summary>
    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return FailAsync(context, BuildOf(context.Job), reason, cancellationToken);
    }

    private async Task<JobEnd> RunAsync(
        JobContext context,
        BuildRef build,
        BuildState state,
        CancellationToken cancellationToken
    )
    {
        var result = await BuildAsync(context, build, state, cancellationToken);
        if (result.TryGet(out var release, out var problem))
        {
            var reported = await Grain(build)
                .ReportCompletedAsync(context.SystemCaller, context.Token, release, cancellationToken);
            return reported.TryGet(out var over, out var refused)
                ? await CloseAsync(build, over, cancellationToken)
                : End(refused);
        }

        return problem switch
        {
            // SECURITY: an attempt that is no longer the current one touches nothing, the log neither.
            { Code: JobToken.Stale } => new JobEnd.Failed(problem.Text),
            { Code: "conflict.busy" } => new JobEnd.Retry(problem.Text, TimeSpan.FromSeconds(1)),
            // The rack has tried it twice.
            Unavailable { Code: not "build.engine" } when time.GetUtcNow() - state.Started < WaitForRack =>
                Providers.TryAgain(problem),
            _ => await FailAsync(context, build, problem.Text, cancellationToken),
        };
    }

    private async Task<JobEnd> FailAsync(
        JobContext context,
        BuildRef build,
        string reason,
        CancellationToken cancellationToken
    )
    {
        // Reported first: a stale attempt must not close the log that the current one writes.
        var reported = await Grain(build)
            .ReportFailedAsync(context.SystemCaller, context.Token, reason, cancellationToken);
        return reported.TryGet(out var over, out var refused)
            ? await CloseAsync(build, over, cancellationToken)
            : End(refused);
    }

    /// <summary>
    /// Ends the log with how the build ended, which may be otherwise than the job thinks: it may have been cancelled
    /// meanwhile.
    /// </summary>
    private async Task<JobEnd> CloseAsync(BuildRef build, BuildState over, CancellationToken cancellationToken)
    {
        var last =
            over.Status == BuildStatus.Complete
                ? [$"Build complete: release {over.Release}"]
                : over.Reason.Split('\n').Select(line => $"ERROR: {line}");
        await store.Logs.CompleteAsync(Log(build), [.. last.Select(Line)], cancellationToken);
        return over.Status == BuildStatus.Complete ? new JobEnd.Done() : new JobEnd.Failed(over.Reason);
    }

    /// <summary>Gives the release's id.</summary>
    private async Task<Result<string>> BuildAsync(
        JobContext context,
        BuildRef build,
        BuildState state,
        CancellationToken cancellationToken
    )
    {
        var app = build.App;
        if (
            !await gate.AllowsAsync(
                context.Job.Caller,
                OperationOf(state.Imported),
                Resource.Of(app),
                cancellationToken
            )
        )
        {
            return new Forbidden("build.denied", $"{context.Job.Caller.Principal.Id} may no longer build");
        }

        if (state.Images.IsEmpty)
        {
            var made = await ImagesAsync(build, state, Log(build), cancellationToken);
            if (!made.TryGet(out var output, out var problem))
            {
                return Result.Fail<string>(problem);
            }

            var reported = await Grain(build)
                .ReportImagesAsync(
                    context.SystemCaller,
                    context.Token,
                    output.Images,
                    output.Manifest,
                    output.Entrypoint,
                    cancellationToken
                );
            if (!reported.Ok)
            {
                return Result.Fail<string>(reported.Problem);
            }
        }

        var release = await grains
            .GetGrain<IAppGrain>(app.ToString())
            .CreateBuildReleaseAsync(context.Job.Caller, context.Token, build.Id, cancellationToken);
        return release.Map(r => r.Id);
    }

    /// <summary>What whoever asked for it must be allowed to do, from its start to its release.</summary>
    internal static Operation OperationOf(bool imported) => imported ? Operations.BuildImport : Operations.BuildCreate;

    private LogLine Line(string text) => new(time.GetUtcNow(), "build", text);

    private IBuildGrain Grain(BuildRef build) => grains.GetGrain<IBuildGrain>(build.ToString());

    private static string Log(BuildRef build) => $"build/{build}";

    internal static BuildRef BuildOf(JobDraft job) =>
        BuildRef.Parse(job.Stream[(job.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    private static JobEnd End(Problem refused) =>
        refused.Code == JobToken.Stale
            ? new JobEnd.Failed(refused.Text)
            : new JobEnd.Retry(refused.Text, TimeSpan.FromSeconds(1));
}
