using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Console.Audit;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Audit;

/// <summary>
/// The API's export of an organization's log, for the session of a page. <see cref="PageGate"/> has proven it and that
/// the request comes from our own page.
/// </summary>
internal static class AuditDownload
{
    private static readonly OperationMetadata Metadata = new([Operations.AuditExport], Deferred: false);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/o/{org}/audit/export", (RequestDelegate)SendAsync);

    private static async Task SendAsync(HttpContext context)
    {
        var session = PageSession.Of(context);
        var org = (string)context.Request.RouteValues["org"]!;
        var caller = session.CallerOf(context.User, RequestId.Of(context), org);
        var who = new SignedIn(
            caller,
            new Identity(session.Principal, session.Organizations),
            session.Hash,
            TokenKind.Session
        );
        var request = new WireRequest(context, who, rack: null, Metadata);
        var decided = await request.RequireAsync(Operations.AuditExport, Resource.Org);
        var answer = decided.Ok ? await ExportApi.Export(request) : Result.Fail<Answer>(decided.Problem!);
        if (answer.TryGet(out var export, out var problem))
        {
            await export.WriteAsync(context);
            return;
        }

        context.Response.StatusCode = ProblemKinds.Of(problem).HttpStatus;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(problem.Text, context.RequestAborted);
    }
}
