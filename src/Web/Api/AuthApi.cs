using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Web.Api;

/// <summary><c>convox login</c>.</summary>
internal static class AuthApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.Get("/auth", SignInAsync).OperationByContent(Operations.SignIn);

    private static async Task<Result<Answer>> SignInAsync(WireRequest request)
    {
        if (!(await request.RequireAsync(Operations.SignIn, Resource.Org)).TryGet(out _, out var problem))
        {
            // COMPAT: the client prints "invalid login" for whatever does not speak of an expired token.
            return request.Caller.Principal.Kind == PrincipalKind.DeployKey
                ? DeployKeyRefusal
                : Result.Fail<Answer>(problem);
        }

        var recorder = request.Service<IRecorder>();
        await recorder.RecordAsync(request.Caller, Operations.SignIn, Resource.Org, Outcome.Ok, request.Aborted);
        foreach (var org in request.Who.Identity.Organizations)
        {
            await recorder.FoldAsync(
                request.Caller with
                {
                    Org = org,
                },
                Operations.MemberSignIn,
                Resource.Org,
                Outcome.Ok,
                request.Aborted
            );
        }

        return Answer.Json(new { id = request.Caller.Principal.Id });
    }

    private static Unauthenticated DeployKeyRefusal =>
        new("auth.deploy_key", "invalid login: a deploy key can't log in")
        {
            Suggestion =
                "set CONVOX_HOST to this host and CONVOX_PASSWORD to the key, and name the rack with -r ORG/RACK",
        };
}
