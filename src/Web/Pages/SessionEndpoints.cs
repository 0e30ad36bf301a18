using Microsoft.AspNetCore.Antiforgery;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Pages;

/// <summary>What of a session is no page: the way in, the way out, and whether it still holds.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", static (HttpContext context) => Home(context));
        routes.MapMethods(
            PageGate.SessionPath,
            ["GET", "HEAD"],
            static context =>
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            }
        );
        routes.MapPost(PageGate.SignOutPath, (RequestDelegate)SignOutAsync);
    }

    private static IResult Home(HttpContext context) =>
        PageSession.Of(context).Organizations is { IsEmpty: false } organizations
            ? Results.Redirect($"/o/{organizations[0]}/apps")
            : Results.Redirect(PageGate.PasswordPath);

    /// <summary>Revokes the session; its windows are sent away by <c>SessionWatch</c>.</summary>
    private static async Task SignOutAsync(HttpContext context)
    {
        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(
                "this form is too old; go back, reload the page and try again",
                context.RequestAborted
            );
            return;
        }

        var session = PageSession.Of(context);
        var caller = session.CallerOf(context.User, RequestId.Of(context), org: null);
        var user = context
            .RequestServices.GetRequiredService<IGrainFactory>()
            .GetGrain<IUserGrain>(session.Principal.Id);
        var revoked = await user.RevokeCredentialAsync(
            caller,
            CredentialKinds.Session,
            session.TicketId,
            CancellationToken.None
        );
        if (!revoked.Ok && revoked.Problem is not NotFound)
        {
            context.Response.StatusCode = ProblemKinds.Of(revoked.Problem).HttpStatus;
            await context.Response.WriteAsync(
                $"you are still signed in: {revoked.Problem.Text}",
                context.RequestAborted
            );
            return;
        }

        HostCookie.Session.Clear(context);
        context.Response.Redirect("/login");
    }
}
