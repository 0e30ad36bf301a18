using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Objects;
using Palisade.Web.Hosting;
using Palisade.Web.Streams;

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

        if ((query.Problem ?? TakePlace(request)) is { } refusal)
        {
            return Result.Fail<Answer>(refusal);
        }

        await RecordAsync(
            request,
            Operations.AppFilesGet,
            Outcome.With(("process", process.Id), ("file", path[..Math.Min(path.Length, 500)])),
            request.Aborted
        );
        return (await app.Live.ReadFilesAsync(app.App.Ref, app.App.Id, process.Id, path, request.Aborted)).Map(tar =>
            Answer.Download(tar, "application/x-tar", $"{process.Id}.tar")
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

        Uploads.CheckLength(request);
        if (TakePlace(request) is { } refusal)
        {
            return Result.Fail<Answer>(refusal);
        }

        var limit = request.Service<IOptions<WebOptions>>().Value.MaxSourceBytes;
        request.LimitBody(limit);
        // Before its first byte is taken.
        await RecordAsync(
            request,
            Operations.AppFilesPut,
            Outcome.With(("stream", "opened"), ("process", process.Id)),
            request.Aborted
        );
        await using var tar = new ListedTar(request.Context.Request.Body);
        var cause = "failed";
        try
        {
            var written = await app.Live.WriteFilesAsync(app.App.Ref, app.App.Id, process.Id, tar, request.Aborted);
            cause = written.Problem?.Code ?? "done";
            return written.Map(Answer.From);
        }
        catch (Exception) when (IsTooLarge(tar))
        {
            throw new ObjectTooLargeException(limit);
        }
        finally
        {
            cause =
                IsTooLarge(tar) ? "body.too_large"
                : tar.Broken is not null || request.Aborted.IsCancellationRequested ? "client"
                : cause;
            await EndAsync(request, process.Id, tar, cause);
        }
    }

    /// <summary>Among the streams of who asks, until the request ends. Null, or why there is none.</summary>
    private static Problem? TakePlace(WireRequest request)
    {
        var place = request.Service<StreamSlots>().Take(request.Caller, StreamKind.Files);
        if (place.Ok)
        {
            request.Context.Response.RegisterForDispose(place.Value);
        }

        return place.Problem;
    }

    private static bool IsTooLarge(ListedTar tar) =>
        tar.Broken is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge };

    /// <summary>Records how it ended, as of every stream, and what came.</summary>
    private static async Task EndAsync(WireRequest request, string process, ListedTar tar, string cause)
    {
        var listing = await tar.EndAsync();
        await RecordAsync(
            request,
            Operations.StreamClose,
            Outcome.With([
                ("stream", "closed"),
                ("operation", Operations.AppFilesPut.Name),
                ("process", process),
                ("cause", cause),
                ("bytes", tar.Bytes.ToString(CultureInfo.InvariantCulture)),
                .. listing.Details(),
            ]),
            CancellationToken.None
        );
    }

    private static Task RecordAsync(
        WireRequest request,
        Operation operation,
        Outcome outcome,
        CancellationToken cancellationToken
    ) =>
        request
            .Service<IRecorder>()
            .RecordAsync(request.Caller, operation, Resource.Of(request.App), outcome, cancellationToken);
}
