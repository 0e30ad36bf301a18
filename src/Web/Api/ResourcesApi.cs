using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>
/// Resources of apps (convox-wire.md 3.4) and of the rack. Deploying them is refused until racks run them, so there are
/// none.
/// </summary>
internal static class ResourcesApi
{
    private const string Later = "racks here do not run resources yet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/resources", NoneOfAppAsync).Operation(Operations.ResourceList);
        routes.Get("/apps/{app}/resources/{name}", MissingAsync).Operation(Operations.ResourceGet);
        routes.Get("/apps/{app}/resources/{name}/data", MissingAsync).Operation(Operations.ResourceExport);
        routes.Put("/apps/{app}/resources/{name}/data", MissingAsync).Operation(Operations.ResourceImport);
        routes
            .Socket(
                "/apps/{app}/resources/{name}/console",
                StreamKind.Relay,
                s => Task.FromResult<Result<StreamEnd>>(Missing(s.Request))
            )
            .Operation(Operations.ResourceConsole);
        routes.Wire("OPTIONS", "/resources", NoneAsync).Operation(Operations.RackResourceList);
        routes.Get("/resources", NoneAsync).Operation(Operations.RackResourceList);
        routes.Get("/resources/{name}", MissingAsync).Operation(Operations.RackResourceList);
        routes.Post("/resources", Unsupported.Route("rack resources", Later)).Operation(Operations.RackResourceUpdate);
        routes.Put("/resources/{name}", MissingAsync).Operation(Operations.RackResourceUpdate);
        routes.Delete("/resources/{name}", MissingAsync).Operation(Operations.RackResourceUpdate);
        routes.Post("/resources/{name}/links", MissingAsync).Operation(Operations.RackResourceUpdate);
        routes.Delete("/resources/{name}/links/{app}", MissingAsync).Operation(Operations.RackResourceUpdate);
    }

    private static async Task<Result<Answer>> NoneOfAppAsync(WireRequest request) =>
        (await request.AppViewAsync()).Map(_ => Answer.Json(Array.Empty<object>()));

    private static async Task<Result<Answer>> NoneAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(_ => Answer.Json(Array.Empty<object>()));

    private static Task<Result<Answer>> MissingAsync(WireRequest request) =>
        Task.FromResult<Result<Answer>>(Missing(request));

    // COMPAT: the client looks for these words to know that a resource is gone.
    private static NotFound Missing(WireRequest request) =>
        new("resource.not_found", $"no such resource: {Printable.Of(request.Route("name"))}");
}
