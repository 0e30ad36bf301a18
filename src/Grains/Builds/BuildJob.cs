using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Jobs;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Builds;

/// <summary>Runs one build: images on the rack, then the release, then the build is complete. Each is recorded before the next, so a killed build goes on.</summary>
public sealed class BuildJob(
    IStore store, IProviders providers, IGate gate, AppEnvironments environments, IGrainFactory grains, TimeProvider time) : IJobHandler
{
    public const string Kind = "build.run";

    /// <summary>A rack that stays out of reach fails the build after this many attempts, 5 s apart.</summary>
    private const int MaxAttempts = 24;

    string IJobHandler.Kind => Kind;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var build = BuildRef.Parse(context.Job.Stream[(context.Job.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var grain = grains.GetGrain<IBuildGrain>(build.ToString());
        var log = $"build/{build}";
        var app = await store.Views.GetAsync(build.App.Org, ViewKinds.App, $"{build.App.Rack.Rack}/{build.App.App}", cancellationToken);
        var row = app is null ? null : await store.Views.GetAsync(
            build.App.Org, ViewKinds.Build, AppProjection.RecordKey(build.App, ViewJson.Read<AppView>(app).Id, build.Id), cancellationToken);
        if (row is null || ViewJson.Read<BuildState>(row) is not { Status: BuildStatus.Running } state)
        {
            return new JobEnd.Cancelled("the build is over");
        }

        var result = await BuildAsync(context, build, state, log, cancellationToken);
        if (result.Ok)
        {
            await WriteAsync(log, $"Build complete: release {result.Value}");
            await store.Logs.CompleteAsync(log, cancellationToken);
            return End(await grain.ReportCompletedAsync(context.SystemCaller, context.Token, result.Value, cancellationToken));
        }

        if (result.Problem is Unavailable && context.Attempt < MaxAttempts)
        {
            return new JobEnd.Retry(result.Problem.Text, TimeSpan.FromSeconds(5));
        }

        foreach (var line in result.Problem.Text.Split('\n'))
        {
            await WriteAsync(log, $"ERROR: {line}");
        }

        await store.Logs.CompleteAsync(log, cancellationToken);
        return End(await grain.ReportFailedAsync(context.SystemCaller, context.Token, result.Problem.Text, cancellationToken));
    }

    /// <summary>Gives the release's id.</summary>
    private async Task<Result<string>> BuildAsync(JobContext context, BuildRef build, BuildState state, string log, CancellationToken cancellationToken)
    {
        var app = build.App;
        if (!await gate.AllowsAsync(context.Job.Caller, Operations.BuildCreate, Resource.Of(app), cancellationToken))
        {
            return new Forbidden("build.denied", $"{context.Job.Caller.Principal.Name} may no longer build");
        }

        if (state.Images.IsEmpty)
        {
            var made = await ImagesAsync(build, state, log, cancellationToken);
            if (!made.TryGet(out var output, out var problem))
            {
                return Result.Fail<string>(problem);
            }

            var reported = await grains.GetGrain<IBuildGrain>(build.ToString())
                .ReportImagesAsync(context.SystemCaller, context.Token, output.Images, output.Manifest, output.Entrypoint, cancellationToken);
            if (!reported.Ok)
            {
                return Result.Fail<string>(reported.Problem);
            }
        }

        var release = await grains.GetGrain<IAppGrain>(app.ToString())
            .CreateBuildReleaseAsync(context.Job.Caller, context.Token, build.Id, cancellationToken);
        return release.Map(r => r.Id);
    }

    private async Task<Result<BuildOutput>> ImagesAsync(BuildRef build, BuildState state, string log, CancellationToken cancellationToken)
    {
        var app = build.App;
        var rackRow = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        var appRow = await store.Views.GetAsync(app.Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}", cancellationToken);
        if (rackRow is null || appRow is null)
        {
            return AppProblems.NotFound(app.App);
        }

        if (!providers.Find(ViewJson.Read<RackState>(rackRow)).TryGet(out var provider, out var problem))
        {
            return Result.Fail<BuildOutput>(problem);
        }

        var view = ViewJson.Read<AppView>(appRow);
        var environment = await EnvironmentAsync(build, state, view.Id, cancellationToken);
        if (!environment.TryGet(out var variables, out problem))
        {
            return Result.Fail<BuildOutput>(problem);
        }

        var source = await store.Objects.OpenAsync(app.Org, state.Source, cancellationToken);
        if (source is null)
        {
            return new NotFound("build.source_not_found", "the source archive is gone") { Suggestion = "deploy again" };
        }

        await using (source)
        {
            var input = new BuildInput
            {
                App = app,
                AppId = view.Id,
                BuildId = build.Id,
                Source = source,
                ManifestFile = state.ManifestFile,
                Environment = new(variables),
                NoCache = state.NoCache,
            };
            return await provider.BuildAsync(input, line => WriteAsync(log, line), cancellationToken);
        }
    }

    /// <summary>The newest environment overlaid with the build arguments.</summary>
    private async Task<Result<ImmutableSortedDictionary<string, string>>> EnvironmentAsync(
        BuildRef build, BuildState state, string appId, CancellationToken cancellationToken)
    {
        var newest = (await store.Views.ListAsync(
            new(build.App.Org, ViewKinds.Release, AppProjection.RecordKey(build.App, appId, "")) { Descending = true, Limit = 1 }, cancellationToken))
            .Select(r => ViewJson.Read<Domain.Releases.ReleaseView>(r.Json).EnvironmentVersion).FirstOrDefault();
        var variables = await environments.OpenAsync(build.App, appId, newest, cancellationToken);
        var values = variables.ToImmutableSortedDictionary(StringComparer.Ordinal);
        if (state.BuildArgs is null)
        {
            return values;
        }

        var text = await store.Sealer.OpenAsync($"app/{build.App}", state.BuildArgs, BuildArguments.Context(build.Id), cancellationToken);
        return BuildArguments.Parse(Encoding.UTF8.GetString(text)).Map(args => values.SetItems(args));
    }

    private ValueTask WriteAsync(string log, string line) =>
        store.Logs.AppendAsync(log, [new LogLine(time.GetUtcNow(), "build", line)]);

    private static JobEnd End(Result<Done> reported) =>
        reported.Ok ? new JobEnd.Done() : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
}
