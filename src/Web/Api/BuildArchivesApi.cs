using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Objects;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary><c>builds export</c> and <c>builds import</c> (convox-wire.md 3.2).</summary>
internal static partial class BuildArchivesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/builds/{id}.tgz", ExportAsync).Operation(Operations.BuildExport);
        routes.Post("/apps/{app}/builds/import", ImportAsync).Operation(Operations.BuildImport);
    }

    /// <summary>Answers when the build's release is there, as the client wants.</summary>
    private static async Task<Result<Answer>> ImportAsync(WireRequest request)
    {
        if (
            !(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem)
            || !request
                .Service<StreamSlots>()
                .Take(request.Caller, StreamKind.Archive)
                .TryGet(out var slot, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        using (slot)
        {
            var key = ObjectKey.InStore(
                app.App.Id,
                $"{ObjectKey.Sources}import-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15))}.tgz"
            );
            var needed = false;
            try
            {
                if (!(await ReceiveAsync(request, app, key)).TryGet(out var head, out problem))
                {
                    return Result.Fail<Answer>(problem);
                }

                // Whoever waits for it: a build that has begun reads it.
                needed = true;
                var over = await BuildAsync(request, head, key);
                needed = false;
                return over;
            }
            finally
            {
                if (!needed)
                {
                    await request.Service<IObjectStore>().DeleteAsync(app.App.Org, key, CancellationToken.None);
                }
            }
        }
    }

    /// <summary>Stores and checks it. A refusal is recorded: of what is refused here no build tells.</summary>
    private static async Task<Result<BuildArchiveHead>> ReceiveAsync(WireRequest request, AppOnRack app, string key)
    {
        try
        {
            var head = (await Uploads.StoreAsync(request, app.App, key)).Problem is { } full
                ? Result.Fail<BuildArchiveHead>(full)
                : await request.Service<ArchiveCheck>().HeadAsync(app.App.Org, key, request.Aborted);
            if (head.Problem is { } problem)
            {
                await RecordAsync(request, Operations.BuildImport, Outcome.Failed(problem));
            }

            return head;
        }
        catch (ObjectTooLargeException e)
        {
            var outcome = new Outcome(EntryResult.Failed, $"the archive is larger than {e.MaxBytes} bytes");
            await RecordAsync(request, Operations.BuildImport, outcome);
            throw;
        }
    }

    private static async Task<Result<Answer>> BuildAsync(WireRequest request, BuildArchiveHead head, string key)
    {
        var build = new BuildRef(request.App, request.Service<IIdSource>().Letters('B'));
        using var changes = new ChangeSignal(
            request.Service<IChangeFeed>(),
            StreamId.Build(build).Value,
            request.Aborted
        );
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
        if (!started.Ok)
        {
            return Result.Fail<Answer>(started.Problem);
        }

        return await request.Service<Records>().EndOfBuildAsync(build, changes, request.Aborted) switch
        {
            null => BuildProblems.NotFound(build.Id),
            { Status: BuildStatus.Failed } failed => new Invalid(
                "build.import_failed",
                $"build {build.Id} could not be imported: {failed.Reason}"
            ),
            var complete => Answer.Json(BuildJson.Of(complete)),
        };
    }
}
