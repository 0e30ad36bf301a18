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
/// The API's export of an organization's log, for the session of a page, which <see cref="PageGate"/> has proven.
/// </summary>
internal static class AuditDownload
{
    private static readonly OperationMetadata Metadata = new([Operations.AuditExport], Deferred: false);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/o/{org}/audit/export", (RequestDelegate)SendAsync);

    private static async Task SendAsync(HttpContext context)
    {
        // SECURITY: it is read in whole and recorded in the reader's name, so no other site's page may ask for it, nor
        // one of a sibling's name, for whom cookies are sent.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin"))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "requests from other web sites are refused");
            return;
        }

        // S07: what is downloaded is never shown by a browser.
        SecurityHeaders.Apply(context, api: true, RequestId.Of(context));
        var session = PageSession.Of(context);
        var org = (string)context.Request.RouteValues["org"]!;
        var caller = session.CallerOf(context.User, RequestId.Of(context), org);
        var who = new SignedIn(
            caller,
            new Identity(session.Principal, session.Organizations),
            session.Hash,
            TokenKind.Session
        );
        var services = context.RequestServices;
        var (state, _) = await services.GetRequiredService<Policies>().OrgAsync(org, context.RequestAborted);
        var rates = services.GetRequiredService<RequestRates>();
        // The person's own rate is the gate's.
        if (rates.RefusalOfOrg(context, org, state.Quotas) is { } busy)
        {
            await RefuseAsync(context, ProblemKinds.Of(busy).HttpStatus, busy.Text);
            return;
        }

        var request = new WireRequest(context, who, rack: null, Metadata);
        var decided = await request.RequireAsync(Operations.AuditExport, Resource.Org);
        var answer = decided.Ok ? await ExportApi.Export(request) : Result.Fail<Answer>(decided.Problem!);
        if (answer.TryGet(out var export, out var problem))
        {
            await export.WriteAsync(context);
            return;
        }

        await RefuseAsync(context, ProblemKinds.Of(problem).HttpStatus, problem.Text);
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }
}
