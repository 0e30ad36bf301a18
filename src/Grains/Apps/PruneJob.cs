using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Grains.Jobs;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Grains.Apps;

/// <summary>
/// Lets go of what no release of an app needs any more: images, logs of builds, builds. It looks at what there is and
/// at what is needed anew each time, so it does not matter where an earlier attempt was killed.
/// </summary>
public sealed class PruneJob(
    IStore store,
    IProviders providers,
    IRecorder recorder,
    IGrainFactory grains,
    IOptions<AppLimits> limits
) : IJobHandler
{
    public const string Kind = "app.prune";

    string IJobHandler.Kind => Kind;

    /// <param name="id">Unique among the app's.</param>
    public static JobDraft Draft(AppRef app, string id, string requestId, string? capability) =>
        new()
        {
            Id = $"prune-{id}",
            Kind = Kind,
            Org = app.Org,
            Stream = StreamId.App(app).Value,
            Operation = Operations.AppPrune.Name,
            Resource = Resource.Of(app).ToString(),
            Caller = Callers.System(app.Org, requestId),
            Capability = capability,
        };

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var app = ConvergeJob.AppOf(context);
        var rackRow = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        var appRow = await store.Views.GetAsync(
            app.Org,
            ViewKinds.App,
            $"{app.Rack.Rack}/{app.App}",
            cancellationToken
        );
        if (rackRow is null || appRow is null)
        {
            // Whatever there was went with it.
            return new JobEnd.Done();
        }

        if (!providers.Find(ViewJson.Read<RackState>(rackRow)).TryGet(out var provider, out var problem))
        {
            return Providers.TryAgain(problem);
        }

        var pruned = await PruneAsync(context, provider, ViewJson.Read<AppView>(appRow), cancellationToken);
        return pruned.TryGet(out _, out problem) ? new JobEnd.Done()
            : problem.Code == JobToken.Stale ? new JobEnd.Failed(problem.Text)
            : problem.Code == RackProblems.Building(app.Rack).Code
                ? new JobEnd.Retry(problem.Text, TimeSpan.FromSeconds(30))
            : new JobEnd.Retry(problem.Text, TimeSpan.FromSeconds(5));
    }

    /// <summary>What is left is found by the app's next prune.</summary>
    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    private async Task<Result<Done>> PruneAsync(
        JobContext context,
        IRackProvider provider,
        AppView app,
        CancellationToken cancellationToken
    )
    {
        // INVARIANT: in this order. A build whose images are listed ran then, or had ended; one that ran is needed; one
        // that had ended well has a release from that moment on, or never again.
        var held = await provider.BuildsAsync(app.Ref, app.Id, cancellationToken);
        if (!held.TryGet(out var images, out var problem))
        {
            return Result.Fail<Done>(problem);
        }

        var builds = await BuildsAsync(app.Ref, cancellationToken);
        var needed = await ReleasedAsync(app.Ref, cancellationToken);
        needed.UnionWith(builds.Where(b => b.Status == BuildStatus.Running).Select(b => b.Id));
        var unneeded = images.Where(id => !needed.Contains(id)).ToImmutableArray();
        foreach (var id in unneeded)
        {
            await context.ProgressAsync($"removing the images of {id}", cancellationToken);
            var removed = await provider.RemoveBuildAsync(app.Ref, app.Id, id, cancellationToken);
            if (!removed.Ok)
            {
                return removed;
            }
        }

        var failed = builds.Where(b => b.Status == BuildStatus.Failed).Select(b => b.Id);
        var kept = failed.Take(limits.Value.KeepFailedBuilds).ToHashSet(StringComparer.Ordinal);
        var gone = builds.Select(b => b.Id).Where(id => !needed.Contains(id) && !kept.Contains(id)).ToImmutableArray();
        foreach (var id in gone)
        {
            var ended = await PruneAsync(context, new BuildRef(app.Ref, id), cancellationToken);
            if (!ended.Ok)
            {
                return ended;
            }
        }

        if (unneeded.Length + gone.Length > 0)
        {
            await recorder.RecordAsync(
                context.SystemCaller,
                Operations.AppPrune,
                Resource.Of(app.Ref),
                Outcome.With(("images", Names(unneeded)), ("builds", Names(gone))),
                cancellationToken
            );
        }

        return Result.Done;
    }

    /// <summary>The log first: once the build is gone nobody would find it.</summary>
    private async Task<Result<Done>> PruneAsync(JobContext context, BuildRef build, CancellationToken cancellationToken)
    {
        await store.Logs.DeleteAsync($"build/{build}", cancellationToken);
        return await grains
            .GetGrain<IBuildGrain>(build.ToString())
            .ReportPrunedAsync(context.SystemCaller, context.Token, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    private async Task<List<BuildState>> BuildsAsync(AppRef app, CancellationToken cancellationToken)
    {
        var builds = new List<BuildState>();
        await foreach (var row in RowsAsync(app, ViewKinds.Build, cancellationToken))
        {
            builds.Add(ViewJson.Read<BuildState>(row.Json));
        }

        return builds;
    }

    /// <summary>Builds that a release is of.</summary>
    private async Task<HashSet<string>> ReleasedAsync(AppRef app, CancellationToken cancellationToken)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in RowsAsync(app, ViewKinds.Release, cancellationToken))
        {
            released.Add(ViewJson.Read<ReleaseView>(row.Json).Build);
        }

        return released;
    }

    private IAsyncEnumerable<ViewRow> RowsAsync(AppRef app, string kind, CancellationToken cancellationToken) =>
        store.Views.AllAsync(
            new ViewQuery(app.Org, kind, $"{app.Rack.Rack}/{app.App}/") { Descending = true },
            cancellationToken
        );

    private static string Names(ImmutableArray<string> ids) =>
        ids.Length <= 10
            ? string.Join(' ', ids)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(' ', ids.Take(10))} and {ids.Length - 10} more"
            );
}
