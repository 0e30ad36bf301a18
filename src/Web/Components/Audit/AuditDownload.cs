using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Console.Audit;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Audit;

/// <summary>
/// The API's export of a log, for the session of a page, which <see cref="PageGate"/> has proven: an organization's, or
/// for operators the installation's.
/// </summary>
internal static class AuditDownload
{
    private static readonly OperationMetadata Metadata = new([Operations.AuditExport], Deferred: false);

    private static readonly OperationMetadata OfInstallation = new([Operations.InstallationRead], Deferred: false);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/o/{org}/audit/export", (RequestDelegate)SendAsync);
        routes.MapGet($"{PageGate.OperatorPath}/log/export", (RequestDelegate)SendInstallationAsync);
    }

    private static async Task SendAsync(HttpContext context)
    {
        if (!await IsOwnAsync(context))
        {
            return;
        }

        var session = PageSession.Of(context);
        var org = (string)context.Request.RouteValues["org"]!;
        var services = context.RequestServices;
        var (state, _) = await services.GetRequiredService<Policies>().OrgAsync(org, context.RequestAborted);
        var rates = services.GetRequiredService<RequestRates>();
        // The person's own rate is the gate's.
        if (rates.RefusalOfOrg(context, org, state.Quotas) is { } busy)
        {
            await RefuseAsync(context, ProblemKinds.Of(busy).HttpStatus, busy.Text);
            return;
        }

        var who = new SignedIn(
            session.CallerOf(context.User, RequestId.Of(context), org),
            new Identity(session.Principal, session.Organizations),
            session.Hash,
            TokenKind.Session
        );
        await AnswerAsync(new WireRequest(context, who, rack: null, Metadata), Operations.AuditExport);
    }

    private static async Task SendInstallationAsync(HttpContext context)
    {
        if (!await IsOwnAsync(context))
        {
            return;
        }

        var (caller, hash) = OperatorSession.Of(context);
        var who = new SignedIn(caller, new Identity(caller.Principal, []), hash, TokenKind.Operator);
        await AnswerAsync(new WireRequest(context, who, rack: null, OfInstallation), Operations.InstallationRead);
    }

    private static async Task AnswerAsync(WireRequest request, Operation operation)
    {
        // S07: what is downloaded is never shown by a browser.
        var context = request.Context;
        SecurityHeaders.Apply(context, api: true, RequestId.Of(context));
        var decided = await request.RequireAsync(operation, Resource.Org);
        var answer = decided.Ok ? await ExportApi.Export(request) : Result.Fail<Answer>(decided.Problem!);
        if (answer.TryGet(out var export, out var problem))
        {
            await export.WriteAsync(context);
            return;
        }

        await RefuseAsync(context, ProblemKinds.Of(problem).HttpStatus, problem.Text);
    }

    /// <summary>
    /// Otherwise the request is answered. SECURITY: a log is read in whole and recorded in the reader's name, so no
    /// other site's page may ask for it, nor one of a sibling's name, for whom cookies are sent.
    /// </summary>
    private static async Task<bool> IsOwnAsync(HttpContext context)
    {
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "none" or "same-origin")
        {
            return true;
        }

        await RefuseAsync(context, StatusCodes.Status403Forbidden, "requests from other web sites are refused");
        return false;
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }
}
