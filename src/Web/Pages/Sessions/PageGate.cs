using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Tickets;
using Palisade.Web.Auth;
using Palisade.Web.Components.Shell;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// Stands before everything of the pages' surface, and only there: proves the session of the cookie, refuses what other
/// sites send, and lets nobody past who has no business there. Deny by default: what is not marked anonymous needs a
/// session (S14). An organization of others, a rack or an app that the reader may not see, and a page that does not
/// exist look the same.
/// </summary>
internal sealed partial class PageGate(
    RequestDelegate next,
    PageSessions sessions,
    Policies policies,
    ITickets tickets,
    Addresses addresses,
    RequestRates rates,
    OperatorSessions operators,
    ILogger<PageGate> logger
)
{
    public const string PasswordPath = "/account/password";
    public const string SecondFactorPath = "/account/second-factor";
    public const string TokensPath = "/account/tokens";
    public const string SignOutPath = "/account/sign-out";
    public const string SessionPath = "/account/session";
    public const string OperatorPath = "/operator";
    public const string OperatorSignInPath = "/operator/sign-in";
    public const string OperatorSignOutPath = "/operator/sign-out";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await AdmitAsync(context);
        }
        catch (Exception e)
            when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The reader left.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Failed(logger, e, RequestId.Of(context));
            await ShowAsync<BrokenPage>(context, StatusCodes.Status500InternalServerError);
        }
    }

    private async Task AdmitAsync(HttpContext context)
    {
        var request = context.Request;
        PageHeaders.Apply(context);
        if (IsForeign(request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("requests from other web sites are refused", context.RequestAborted);
            return;
        }

        if (request.Path.StartsWithSegments(StaticFolder.Prefix, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var session = await sessions.FindAsync(HostCookie.Session.Hash(request), context.RequestAborted);
        if (session is not null)
        {
            context.User = session.ToClaims(context);
            context.Features.Set(session);
            tickets.Touch(
                session.Hash,
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                request.Headers.UserAgent.ToString()
            );
        }

        if (session is not null && rates.Refusal(context, session.Principal) is { } busy)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(busy.Text, context.RequestAborted);
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(context);
        }
        else if (session is null)
        {
            await ChallengeAsync(context);
        }
        else if (
            session.MustChangePassword
            && request.Path != PasswordPath
            && request.Path != SignOutPath
            && request.Path != SessionPath
        )
        {
            Redirect(context, PasswordPath);
        }
        else if (context.GetEndpoint() is null || await AdmissionAsync(context, session) is not { } admission)
        {
            await ShowNothingAsync(context);
        }
        else if (admission.Problem is { Code: StepUp.RequiredCode })
        {
            // The page says what for, and leads back here.
            Redirect(context, ReturnUrl.With(SecondFactorPath, ReturnUrl.Of(request)));
        }
        else if (admission.Problem is { } barred)
        {
            await ShowAsync<SuspendedPage>(
                context,
                StatusCodes.Status403Forbidden,
                new Dictionary<string, object?> { [nameof(SuspendedPage.Why)] = barred }
            );
        }
        else if (await addresses.AreAbsentAsync(context, session))
        {
            await ShowNothingAsync(context);
        }
        else if (await PassesAsOperatorAsync(context, session))
        {
            await next(context);
        }
    }

    /// <summary>
    /// Whether the page is none of the operator's (S04), or the session may see it. Otherwise the request is answered.
    /// </summary>
    private async ValueTask<bool> PassesAsOperatorAsync(HttpContext context, PageSession session)
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments(OperatorPath, StringComparison.Ordinal))
        {
            return true;
        }

        if (!await operators.MayBeAsync(session, context.RequestAborted))
        {
            await ShowNothingAsync(context);
            return false;
        }

        if (
            request.Path.StartsWithSegments(OperatorSignInPath, StringComparison.Ordinal)
            || request.Path == OperatorSignOutPath
        )
        {
            return true;
        }

        if (await operators.FindAsync(context, session) is not { } found)
        {
            Redirect(context, ReturnUrl.With(OperatorSignInPath, ReturnUrl.Of(request)));
            return false;
        }

        context.Features.Set(found);
        return true;
    }

    private static Task ShowNothingAsync(HttpContext context) =>
        ShowAsync<NotFoundPage>(context, StatusCodes.Status404NotFound);

    private static Task ChallengeAsync(HttpContext context)
    {
        var request = context.Request;
        var mode = request.Headers["Sec-Fetch-Mode"].ToString();
        if (
            (mode != "navigate" && (mode.Length > 0 || !HttpMethods.IsGet(request.Method)))
            || request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
            || request.Path == SessionPath
        )
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        // A link on another site brings no Strict cookie along; loaded once more from here, it does.
        if (request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            return ShowAsync<ComingFromElsewherePage>(context, StatusCodes.Status200OK);
        }

        Redirect(context, ReturnUrl.SignIn(request));
        return Task.CompletedTask;
    }

    private static void Redirect(HttpContext context, string to)
    {
        if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.Redirect(to);
    }

    /// <summary>
    /// Whether the page is of no organization, or of one that the person belongs to and may enter as of now; null:
    /// absent. Problems: those of <see cref="CompiledPolicy.Bars"/>.
    /// </summary>
    private async ValueTask<Result<Done>?> AdmissionAsync(HttpContext context, PageSession session)
    {
        if (!context.Request.Path.StartsWithSegments("/o", StringComparison.Ordinal, out var rest))
        {
            return Result.Done;
        }

        var org = rest.Value?.Split('/', 3) is [_, var name, ..] ? name : "";
        if (!Names.IsValid(org) || !session.Organizations.Contains(org))
        {
            return null;
        }

        var policy = await policies.OfAsync(org, context.RequestAborted);
        return !policy.IsMember(session.Principal.Id) ? default(Result<Done>?)
            : policy.Bars(session.Principal, session.HasSecondFactor) is { } barred ? Result.Fail<Done>(barred)
            : Result.Done;
    }

    // SECURITY (S03, S07): other ports of localhost are the same site to a browser, so the origin is compared whole.
    // Links may come from anywhere; a websocket is no link, whatever its path.
    private static bool IsForeign(HttpRequest request)
    {
        var circuit = request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal);
        var socket = request.HttpContext.WebSockets.IsWebSocketRequest || request.Headers.Upgrade.Count > 0;
        if (!circuit && !socket && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            return false;
        }

        var origin = request.Headers.Origin;
        var own =
            origin.Count == 1
            && origin.ToString().Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        return (origin.Count > 0 && !own)
            || request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none")
            || (socket && origin.Count == 0);
    }

    private static Task ShowAsync<TPage>(
        HttpContext context,
        int status,
        IReadOnlyDictionary<string, object?>? parameters = null
    )
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new RazorComponentResult<TPage>(parameters ?? ImmutableDictionary<string, object?>.Empty)
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        }.ExecuteAsync(context);

    [LoggerMessage(1, LogLevel.Error, "The page of request {RequestId} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
