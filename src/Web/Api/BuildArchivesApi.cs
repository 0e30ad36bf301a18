using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Racks;
using Palisade.Storage.Objects;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary><c>builds export</c> and <c>builds import</c> (convox-wire.md 3.2).</summary>
internal static class BuildArchivesApi
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/builds/{id}.tgz", ExportAsync).Operation(Operations.BuildExport);
        routes.Post("/apps/{app}/builds/import", ImportAsync).Operation(Operations.BuildImport);
    }

    private static async Task<Result<Answer>> ExportAsync(WireRequest request)
    {
        var id = request.Route("id");
        if (
            !(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem)
            || !(await FindAsync(request, app, id)).TryGet(out var build, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        await request
            .Service<IRecorder>()
            .RecordAsync(
                request.Caller,
                Operations.BuildExport,
                Resource.Of(request.App),
                Outcome.With(("build", build.Id)),
                request.Aborted
            );
        var head = new BuildArchiveHead(build.Id, build.Description, build.GitSha, build.Manifest);
        return (await app.Provider.ExportAsync(new BuildExport(app.App.Ref, head, build.Images), request.Aborted)).Map(
            archive => Answer.Download(archive, "application/gzip", $"{build.Id}.tgz", archive.Length)
        );
    }

    private static async Task<Result<BuildState>> FindAsync(WireRequest request, AppOnRack app, string id) =>
        !Ids.IsBuild(id)
        || await request.Service<Records>().BuildAsync(request.App, id, request.Aborted) is not { } build
        || build.AppId != app.App.Id
            ? BuildProblems.NotFound(Clean.Name(id))
        : build.Status != BuildStatus.Complete
            ? new Conflict("build.not_complete", $"build {build.Id} is {build.Status}: it has no images to export")
        : build;

    /// <summary>Answers when the build's release is there, as the client wants.</summary>
    private static async Task<Result<Answer>> ImportAsync(WireRequest request)
    {
        if (!(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        Uploads.CheckLength(request);
        var key = ObjectKey.InStore(
            app.App.Id,
            $"{ObjectKey.Sources}import-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15))}.tgz"
        );
        var objects = request.Service<IObjectStore>();
        try
        {
            return (await Uploads.StoreAsync(request, app.App, key)).Problem is { } refused
                    ? Result.Fail<Answer>(refused)
                : (await HeadAsync(request, objects, key)).TryGet(out var head, out problem)
                    ? await BuildAsync(request, head, key)
                : Result.Fail<Answer>(problem);
        }
        finally
        {
            // A build that still runs, its client gone, fails without it: nobody waits for its release.
            await objects.DeleteAsync(app.App.Org, key, CancellationToken.None);
        }
    }

    /// <summary>Read whole, so that of one that is damaged there is never a build.</summary>
    private static async Task<Result<BuildArchiveHead>> HeadAsync(WireRequest request, IObjectStore objects, string key)
    {
        await using var stored =
            await objects.OpenAsync(request.App.Org, key, request.Aborted)
            ?? throw new InvalidOperationException("An upload that was just stored is not there.");
        var most = request.Service<IOptions<WebOptions>>().Value.MaxSourceBytes * BuildArchiveReader.Ratio;
        return (await new BuildArchiveReader(most).ReadAsync(stored, folder: null, request.Aborted)).Map(archive =>
            archive.Head
        );
    }

    private static async Task<Result<Answer>> BuildAsync(WireRequest request, BuildArchiveHead head, string key)
    {
        var build = new BuildRef(request.App, request.Service<IIdSource>().Letters('B'));
        var command = new StartBuild
        {
            Source = key,
            Description = head.Description,
            GitSha = head.GitSha,
        };
        var started = await request
            .Service<IGrainFactory>()
            .GetGrain<IBuildGrain>(build.ToString())
            .ImportAsync(request.Caller, command, request.Aborted);
        return started.Ok ? await OverAsync(request, build.Id) : Result.Fail<Answer>(started.Problem);
    }

    private static async Task<Result<Answer>> OverAsync(WireRequest request, string id)
    {
        using var timer = new PeriodicTimer(Glance, request.Service<TimeProvider>());
        while (await timer.WaitForNextTickAsync(request.Aborted))
        {
            switch (await request.Service<Records>().BuildAsync(request.App, id, request.Aborted))
            {
                case null:
                    return BuildProblems.NotFound(id);
                case { Status: BuildStatus.Failed } failed:
                    return new Invalid("build.import_failed", $"build {id} could not be imported: {failed.Reason}");
                case { Status: BuildStatus.Complete } complete:
                    return Answer.Json(BuildJson.Of(complete));
            }
        }

        throw new OperationCanceledException(request.Aborted);
    }
}
