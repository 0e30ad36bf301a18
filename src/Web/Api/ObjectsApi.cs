using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Storage.Objects;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary>Objects of an app: source archives on their way to a build (convox-wire.md 3.2).</summary>
internal static class ObjectsApi
{
    private const int MaxListed = 1_000;

    /// <summary>What records call them.</summary>
    private const string Objects = "objects";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .Post("/apps/{app}/objects/{**key}", PutAsync)
            .OperationByContent(Operations.SourceUpload, Operations.ObjectPut);
        routes.Get("/apps/{app}/objects", ListAsync).Operation(Operations.ObjectList);
        routes.Get("/apps/{app}/objects/{**key}", GetAsync).Operation(Operations.ObjectGet);
        routes.Wire("HEAD", "/apps/{app}/objects/{**key}", HeadAsync).Operation(Operations.ObjectGet);
        routes.Delete("/apps/{app}/objects/{**key}", DeleteAsync).Operation(Operations.ObjectDelete);
    }

    private static async Task<Result<Answer>> PutAsync(WireRequest request)
    {
        // What has no good key is refused below, to whoever may upload at all.
        var path = ObjectKey.OfPath(request.Context);
        var operation = !path.Ok || ObjectKey.IsSource(path.Value) ? Operations.SourceUpload : Operations.ObjectPut;
        if ((await request.RequireAsync(operation, Resource.Of(request.App))).Problem is { } refused)
        {
            return Result.Fail<Answer>(refused);
        }

        if (request.Headers.Bool("Public") == true)
        {
            return Unsupported.Problem("public objects", "objects are for builds only");
        }

        var place = await PlaceAsync(request);
        if ((request.Headers.Problem ?? place.Problem) is { } problem)
        {
            return Result.Fail<Answer>(problem);
        }

        var (app, key) = place.Value;
        key =
            key.Length > 0 ? key : $"{ObjectKey.Sources}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15))}";
        Uploads.CheckLength(request);
        await RecordAsync(request, operation, key, ChangeSet.Of(Objects, null, key));
        var stored = await Uploads.StoreAsync(request, app, ObjectKey.InStore(app.Id, key));
        return stored.Map(_ => Answer.Json(new ObjectJson($"object://{app.Name}/{key}")));
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request)
    {
        if (!(await NamedAsync(request)).TryGet(out var place, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var store = request.Service<IObjectStore>();
        var stored = ObjectKey.InStore(place.App.Id, place.Key);
        return
            await store.FindAsync(place.App.Org, stored, request.Aborted) is { } info
            && await store.OpenAsync(place.App.Org, stored, request.Aborted) is { } content
            ? Answer.Download(
                content,
                "application/octet-stream",
                place.Key[(place.Key.LastIndexOf('/') + 1)..],
                info.Size
            )
            : NoSuchObject(place.Key);
    }

    private static async Task<Result<Answer>> HeadAsync(WireRequest request)
    {
        if (!(await NamedAsync(request)).TryGet(out var place, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        return
            await request
                .Service<IObjectStore>()
                .FindAsync(place.App.Org, ObjectKey.InStore(place.App.Id, place.Key), request.Aborted)
                is not null
            ? Answer.Ok
            : NoSuchObject(place.Key);
    }

    private static async Task<Result<Answer>> DeleteAsync(WireRequest request)
    {
        if (!(await NamedAsync(request)).TryGet(out var place, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        await RecordAsync(request, Operations.ObjectDelete, place.Key, ChangeSet.Of(Objects, place.Key, null));
        return await request
            .Service<IObjectStore>()
            .DeleteAsync(place.App.Org, ObjectKey.InStore(place.App.Id, place.Key), request.Aborted)
            ? Answer.Ok
            : NoSuchObject(place.Key);
    }

    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await request.AppViewAsync()).TryGet(out var app, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var prefix = query.Text("prefix", ObjectKey.MaxLength) ?? "";
        if (query.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        var root = ObjectKey.InStore(app.Id, "");
        var found = await request.Service<IObjectStore>().ListAsync(app.Org, root + prefix, MaxListed, request.Aborted);
        return Answer.Json(found.Select(o => o.Key[root.Length..]).ToList());
    }

    private static async Task<Result<(AppView App, string Key)>> PlaceAsync(WireRequest request) =>
        ObjectKey.OfPath(request.Context).TryGet(out var key, out var problem)
        && (await request.AppViewAsync()).TryGet(out var app, out problem)
            ? (app, key)
            : Result.Fail<(AppView, string)>(problem);

    private static async Task<Result<(AppView App, string Key)>> NamedAsync(WireRequest request) =>
        (await PlaceAsync(request)).Then<(AppView, string)>(place =>
            place.Key.Length > 0 ? place : new Invalid("object.key_invalid", "the path names no object")
        );

    private static Task RecordAsync(WireRequest request, Operation operation, string key, ChangeSet changes) =>
        request
            .Service<IRecorder>()
            .RecordAsync(
                request.Caller,
                operation,
                Resource.Of(request.App),
                Outcome.With(("key", key)) with
                {
                    Changes = changes,
                },
                request.Aborted
            );

    private static NotFound NoSuchObject(string key) => new("object.not_found", $"no such object: {Printable.Of(key)}");

    private sealed record ObjectJson([property: JsonPropertyName("Url")] string Url);
}
