using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Api;

/// <summary>
/// Registries, certificates and other parts of a rack that this server has none of: lists are truly empty, the rest
/// says why not.
/// </summary>
internal static class RackExtrasApi
{
    private const string OwnStore = "images are built and kept on the rack";
    private const string OwnCa = "the rack's router has its own certificate";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/registries", NoneAsync).Operation(Operations.RegistryList);
        routes.Post("/registries", Unsupported.Route("image registries", OwnStore)).Operation(Operations.RegistryAdd);
        routes.Delete("/registries/{**server}", NoRegistryAsync).Operation(Operations.RegistryRemove);
        routes
            .Get("/v2/{**path}", Unsupported.Route("the image registry", OwnStore))
            .Operation(Operations.RegistryList);

        routes.Get("/certificates", NoneAsync).Operation(Operations.CertList);
        routes.Post("/certificates", Unsupported.Route("certificates", OwnCa)).Operation(Operations.CertCreate);
        routes
            .Post("/certificates/generate", Unsupported.Route("certificates", OwnCa))
            .Operation(Operations.CertCreate);
        routes
            .Post("/certificates/{id}/renew", Unsupported.Route("certificates", OwnCa))
            .Operation(Operations.CertCreate);
        routes.Delete("/certificates/{id}", NoCertificateAsync).Operation(Operations.CertDelete);
        routes
            .Get("/letsencrypt/config", Unsupported.Route("Let's Encrypt", OwnCa))
            .Operation(Operations.CertConfigGet);
        routes
            .Put("/letsencrypt/config", Unsupported.Route("Let's Encrypt", OwnCa))
            .Operation(Operations.CertConfigSet);

        routes
            .Post("/events", Unsupported.Route("events of external builds", "builds run on the rack"))
            .Operation(Operations.RackEventSend);
        routes
            .Get("/kubernetes/{**path}", Unsupported.Route("kubectl", "racks here have no Kubernetes"))
            .Operation(Operations.KubectlConfig);
        foreach (var method in (string[])["POST", "PUT", "PATCH", "DELETE"])
        {
            routes
                .Wire(method, "/kubernetes/{**path}", Unsupported.Route("kubectl", "racks here have no Kubernetes"))
                .Operation(Operations.KubectlProxy);
        }
    }

    private static async Task<Result<Answer>> NoneAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(_ => Answer.Json(Array.Empty<object>()));

    private static Task<Result<Answer>> NoRegistryAsync(WireRequest request) =>
        Task.FromResult<Result<Answer>>(
            new NotFound("registry.not_found", $"no such registry: {Printable.Of(request.Route("server"))}")
        );

    private static Task<Result<Answer>> NoCertificateAsync(WireRequest request) =>
        Task.FromResult<Result<Answer>>(
            new NotFound("certificate.not_found", $"no such certificate: {Printable.Of(request.Route("id"))}")
        );
}
