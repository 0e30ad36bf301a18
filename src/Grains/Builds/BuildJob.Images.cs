using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Racks;

namespace Palisade.Grains.Builds;

/// <summary>The images of a build, and what they are made with.</summary>
public sealed partial class BuildJob
{
    private async Task<Result<BuildOutput>> ImagesAsync(
        BuildRef build,
        BuildState state,
        string log,
        CancellationToken cancellationToken
    )
    {
        var app = build.App;
        var rackRow = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        var appRow = await store.Views.GetAsync(
            app.Org,
            ViewKinds.App,
            $"{app.Rack.Rack}/{app.App}",
            cancellationToken
        );
        if (rackRow is null || appRow is null)
        {
            return AppProblems.NotFound(app.App);
        }

        if (!providers.Find(ViewJson.Read<RackState>(rackRow)).TryGet(out var provider, out var problem))
        {
            return Result.Fail<BuildOutput>(problem);
        }

        var view = ViewJson.Read<AppView>(appRow);
        if (view.Id != state.AppId)
        {
            return AppProblems.NotFound(app.App);
        }

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
            ValueTask Log(string line) => store.Logs.AppendAsync(log, [Line(line)], cancellationToken);
            return state.Imported
                ? await provider.ImportAsync(input, Log, cancellationToken)
                : await provider.BuildAsync(input, Log, cancellationToken);
        }
    }

    /// <summary>The newest environment overlaid with the build arguments.</summary>
    private async Task<Result<ImmutableSortedDictionary<string, string>>> EnvironmentAsync(
        BuildRef build,
        BuildState state,
        string appId,
        CancellationToken cancellationToken
    )
    {
        var newest = (
            await store.Views.ListAsync(
                new(build.App.Org, ViewKinds.Release, $"{build.App.Rack.Rack}/{build.App.App}/")
                {
                    Descending = true,
                    Limit = 1,
                },
                cancellationToken
            )
        )
            .Select(r => ViewJson.Read<Domain.Releases.ReleaseView>(r.Json).EnvironmentVersion)
            .FirstOrDefault();
        var variables = await environments.OpenAsync(build.App, appId, newest, cancellationToken);
        var values = variables.ToImmutableSortedDictionary(StringComparer.Ordinal);
        if (state.BuildArgs is null)
        {
            return values;
        }

        var text = await store.Sealer.OpenAsync(
            $"app/{build.App}",
            state.BuildArgs,
            BuildArguments.Context(build.Id),
            cancellationToken
        );
        return BuildArguments.Parse(Encoding.UTF8.GetString(text)).Map(args => values.SetItems(args));
    }
}
