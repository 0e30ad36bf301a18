using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Storage.Logs;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>Builds (convox-wire.md 3.2).</summary>
internal static class BuildsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/apps/{app}/builds", StartAsync).Operation(Operations.BuildCreate);
        routes.Get("/apps/{app}/builds", ListAsync).Operation(Operations.BuildList);
        routes.Get("/apps/{app}/builds/{id}", GetAsync).Operation(Operations.BuildGet);
        routes.Socket("/apps/{app}/builds/{id}/logs", StreamKind.Log, LogsAsync).Operation(Operations.BuildLogs);
        routes
            .Put("/apps/{app}/builds/{id}", Unsupported.Route("external builds", "builds run on the rack"))
            .Operation(Operations.BuildUpdate);
        routes
            .Post(
                "/apps/{app}/builds/{id}/image",
                Unsupported.Route("importing images", "import a whole build: convox builds import")
            )
            .Operation(Operations.BuildImageImport);
    }

    private static async Task<Result<Answer>> StartAsync(WireRequest request)
    {
        if (
            !(await request.FormAsync()).TryGet(out var form, out var problem)
            || !(await request.AppViewAsync()).TryGet(out var app, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var (external, development, wildcard) = (
            form.Bool("external") ?? false,
            form.Bool("development") ?? false,
            form.Bool("wildcard-domain") ?? false
        );
        var command = new StartBuild
        {
            Source = form.Text("url", 1_000) ?? "",
            Description = form.Text("description", 16 * 1024) ?? "",
            GitSha = form.Text("git-sha", 100) ?? "",
            ManifestFile = form.Text("manifest", 255) ?? "convox.yml",
            NoCache = form.Bool("no-cache") ?? false,
            BuildArgs = form.Text("build-args", 256 * 1024) is { } args ? new Sensitive<string>(args) : null,
        };
        if (form.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        if (Refusal(external, development, wildcard) is { } unsupported)
        {
            return unsupported;
        }

        if (!ObjectKey.OfUrl(command.Source, app.Name).TryGet(out var key, out problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var id = request.Service<IIdSource>().Letters('B');
        var grain = request.Service<IGrainFactory>().GetGrain<IBuildGrain>(new BuildRef(request.App, id).ToString());
        var started = await grain.StartAsync(
            request.Caller,
            command with
            {
                Source = ObjectKey.InStore(app.Id, key),
            },
            request.Aborted
        );
        return started.Map(b => Answer.Json(BuildJson.Of(b)));
    }

    private static Invalid? Refusal(bool external, bool development, bool wildcard) =>
        (external, development, wildcard) switch
        {
            (true, _, _) => Unsupported.Problem("external builds", "builds run on the rack: leave --external out"),
            (_, true, _) => Unsupported.Problem("development builds", "leave --development out"),
            (_, _, true) => Unsupported.Problem("wildcard domains", "leave --wildcard-domain out"),
            _ => null,
        };

    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await request.AppViewAsync()).TryGet(out _, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var limit = query.Int("limit", 1, Records.MaxListed) ?? 10;
        return query.Problem is { } bad
            ? Result.Fail<Answer>(bad)
            : Answer.Json(
                (await request.Service<Records>().BuildsAsync(request.App, limit, request.Aborted))
                    .Select(BuildJson.Of)
                    .ToList()
            );
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request)
    {
        var id = request.Route("id");
        return Ids.IsBuild(id)
            ? (
                await request
                    .Service<IGrainFactory>()
                    .GetGrain<IBuildGrain>(new BuildRef(request.App, id).ToString())
                    .GetAsync(request.Caller, request.Aborted)
            ).Map(build => Answer.Json(BuildJson.Of(build)))
            : NoSuchBuild(id);
    }

    /// <summary>
    /// From the first byte on every connect, without prefix, and until the build is over: the client reads twice and
    /// compares lengths.
    /// </summary>
    private static async Task<Result<StreamEnd>> LogsAsync(OpenStream stream)
    {
        var request = stream.Request;
        var id = request.Route("id");
        if (await request.Service<Records>().BuildAsync(request.App, id, request.Aborted) is not { } build)
        {
            return NoSuchBuild(id);
        }

        if (
            !(await request.RackStateAsync()).TryGet(out var rack, out var problem)
            || !(await request.Service<RackView>().LogsAsync(request, rack)).TryGet(out var logs, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync(("build", id));
        var query = new LogQuery { Follow = build.Status == BuildStatus.Running };
        return await LogStream.SendAsync(stream, logs, $"build/{new BuildRef(request.App, id)}", query, prefix: false);
    }

    private static NotFound NoSuchBuild(string id) => BuildProblems.NotFound(Clean.Name(id));
}
