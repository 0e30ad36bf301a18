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
        routes.MapGet("/", HomeAsync);
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
        routes.MapPost(PageGate.OperatorSignOutPath, (RequestDelegate)LeaveAsync);
    }

    private static async Task<IResult> HomeAsync(HttpContext context, OperatorSessions operators)
    {
        var session = PageSession.Of(context);
        return session.Organizations is { IsEmpty: false } organizations
                ? Results.Redirect($"/o/{organizations[0]}/apps")
            : await operators.MayBeAsync(session, context.RequestAborted) ? Results.Redirect(PageGate.OperatorPath)
            : Results.Redirect(PageGate.PasswordPath);
    }

    /// <summary>Revokes the session; its windows are sent away by <c>SessionWatch</c>.</summary>
    private static async Task SignOutAsync(HttpContext context)
    {
        if (!await IsOurFormAsync(context))
        {
            return;
        }

        var session = PageSession.Of(context);
        var operators = context.RequestServices.GetRequiredService<OperatorSessions>();
        if (
            await operators.FindAsync(context, session) is { } operating
            && (await operators.EndAsync(context, operating.Caller)).Problem is { } stays
        )
        {
            context.Response.StatusCode = ProblemKinds.Of(stays).HttpStatus;
            await context.Response.WriteAsync($"you are still signed in: {stays.Text}", context.RequestAborted);
            return;
        }

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
        HostCookie.Operator.Clear(context);
        context.Response.Redirect("/login");
    }

    /// <summary>Ends what the person is as an operator; their session stays.</summary>
    private static async Task LeaveAsync(HttpContext context)
    {
        if (!await IsOurFormAsync(context))
        {
            return;
        }

        var operators = context.RequestServices.GetRequiredService<OperatorSessions>();
        if (await operators.FindAsync(context, PageSession.Of(context)) is not { } operating)
        {
            // It is over already.
            HostCookie.Operator.Clear(context);
        }
        else if ((await operators.EndAsync(context, operating.Caller)).Problem is { } problem)
        {
            context.Response.StatusCode = ProblemKinds.Of(problem).HttpStatus;
            await context.Response.WriteAsync(problem.Text, context.RequestAborted);
            return;
        }

        context.Response.Redirect(PageGate.TokensPath);
    }

    /// <summary>Otherwise the request is answered.</summary>
    private static async Task<bool> IsOurFormAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(
            "this form is too old; go back, reload the page and try again",
            context.RequestAborted
        );
        return false;
    }
}
