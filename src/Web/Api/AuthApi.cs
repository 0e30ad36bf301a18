using Palisade.Domain.Access;
using Palisade.Grains.Access;

namespace Palisade.Web.Api;

/// <summary><c>convox login</c>.</summary>
internal static class AuthApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.Get("/auth", SignInAsync).OperationByContent(Operations.SignIn);

    private static async Task<Domain.Kernel.Result<Answer>> SignInAsync(WireRequest request)
    {
        request.DecidedByItem();
        await request.Service<IRecorder>().RecordAsync(request.Caller, Operations.SignIn, Resource.Org, Outcome.Ok, request.Aborted);
        return Answer.Json(new { id = request.Caller.Principal.Id });
    }
}
