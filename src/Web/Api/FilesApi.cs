using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary><c>convox cp</c>: tar streams out of and into a process (convox-wire.md 3.3).</summary>
internal static class FilesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/processes/{pid}/files", ReadAsync).Operation(Operations.AppFilesGet);
        routes.Post("/apps/{app}/processes/{pid}/files", WriteAsync).Operation(Operations.AppFilesPut);
        routes
            .Delete(
                "/apps/{app}/processes/{pid}/files",
                Unsupported.Route("deleting files in a process", "use exec with rm")
            )
            .Operation(Operations.AppFilesPut);
    }

    private static async Task<Result<Answer>> ReadAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
            || !(await app.FindAsync(request.Route("pid"), request.Aborted)).TryGet(out var process, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var path = query.Text("file", 4_096) ?? "";
        if (!path.StartsWith('/') || path.Split('/').Contains(".."))
        {
            query.Refuse("file", "must be an absolute path without ..");
        }

        if (query.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        await request
            .Service<IRecorder>()
            .RecordAsync(
                request.Caller,
                Operations.AppFilesGet,
                Resource.Of(request.App),
                Outcome.With(("process", process.Id), ("file", path[..Math.Min(path.Length, 500)])),
                request.Aborted
            );
        return (await app.Provider.ReadFilesAsync(app.App.Ref, app.App.Id, process.Id, path, request.Aborted)).Map(
            tar => Answer.Download(tar, "application/x-tar", $"{process.Id}.tar")
        );
    }

    private static async Task<Result<Answer>> WriteAsync(WireRequest request)
    {
        if (
            !(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem)
            || !(await app.FindAsync(request.Route("pid"), request.Aborted)).TryGet(out var process, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        request.LimitBody(request.Service<IOptions<WebOptions>>().Value.MaxSourceBytes);
        await request
            .Service<IRecorder>()
            .RecordAsync(
                request.Caller,
                Operations.AppFilesPut,
                Resource.Of(request.App),
                Outcome.With(("process", process.Id)),
                request.Aborted
            );
        return (
            await app.Provider.WriteFilesAsync(
                app.App.Ref,
                app.App.Id,
                process.Id,
                request.Context.Request.Body,
                request.Aborted
            )
        ).Map(Answer.From);
    }
}
