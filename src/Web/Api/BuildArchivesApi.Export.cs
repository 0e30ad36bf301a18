using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Racks;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>Exports: made whole on the rack, then sent, for as long as the client takes.</summary>
internal static partial class BuildArchivesApi
{
    private static async Task<Result<Answer>> ExportAsync(WireRequest request)
    {
        var id = request.Route("id");
        if (
            !(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem)
            || !(await FindAsync(request, app, id)).TryGet(out var build, out problem)
            || !request
                .Service<StreamSlots>()
                .Take(request.Caller, StreamKind.Archive)
                .TryGet(out var slot, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        ExportedBuild? sending = null;
        try
        {
            var head = new BuildArchiveHead(build.Id, build.Description, build.GitSha, build.Manifest);
            var export = new BuildExport(app.App.Ref, head, build.Images);
            if (!(await app.Live.ExportAsync(export, request.Aborted)).TryGet(out var archive, out problem))
            {
                await RecordAsync(request, Operations.BuildExport, Outcome.Failed(problem));
                return Result.Fail<Answer>(problem);
            }

            var length = archive.Length;
            sending = new ExportedBuild(archive, (sent, whole) => EndAsync(request, slot, sent, whole));
            // Before its first byte leaves.
            await RecordAsync(
                request,
                Operations.BuildExport,
                Outcome.With(("build", build.Id), ("bytes", length.ToString(CultureInfo.InvariantCulture)))
            );
            return Answer.Download(sending, "application/gzip", $"{build.Id}.tgz", length);
        }
        catch
        {
            await (sending?.DisposeAsync() ?? default);
            throw;
        }
        finally
        {
            if (sending is null)
            {
                slot.Dispose();
            }
        }
    }

    private static async Task<Result<BuildState>> FindAsync(WireRequest request, AppOnRack app, string id) =>
        !Ids.IsBuild(id)
        || await request.Service<Records>().BuildAsync(request.App, id, request.Aborted) is not { } build
        || build.AppId != app.App.Id
            ? BuildProblems.NotFound(Clean.Name(id))
        : build.Status != BuildStatus.Complete
            ? new Conflict("build.not_complete", $"build {build.Id} is {build.Status}: it has no images to export")
        : build;

    /// <summary>Records how much of it the client took, as of every stream.</summary>
    private static Task EndAsync(WireRequest request, IDisposable slot, long sent, bool whole)
    {
        slot.Dispose();
        return RecordAsync(
            request,
            Operations.StreamClose,
            Outcome.With(
                ("stream", "closed"),
                ("operation", Operations.BuildExport.Name),
                ("cause", whole && !request.Aborted.IsCancellationRequested ? "done" : "client"),
                ("sent", sent.ToString(CultureInfo.InvariantCulture))
            )
        );
    }

    private static Task RecordAsync(WireRequest request, Operation operation, Outcome outcome) =>
        request
            .Service<IRecorder>()
            .RecordAsync(request.Caller, operation, Resource.Of(request.App), outcome, CancellationToken.None);
}
