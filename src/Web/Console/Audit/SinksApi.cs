using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Audit;

/// <summary>
/// The sinks of an organization's log for its members, and for the operator the file sinks of any log and all sinks of
/// the installation's.
/// </summary>
internal static class SinksApi
{
    public static void MapOrg(IEndpointRouteBuilder audit)
    {
        audit
            .ConsoleGet("/sinks", ListAsync)
            .Operation(Operations.SinkList)
            .Documented("Where the log's records go, and how far", [.. PageQuery.Options]);
        audit
            .ConsoleCreate<WebhookBody, IssuedSinkJson>("/sinks", CreateWebhookAsync)
            .Operation(Operations.SinkCreate)
            .Documented("Makes a webhook; the secret that signs (standardwebhooks.com) is in the answer this once");
        audit
            .ConsoleGet("/sinks/{sink}", GetAsync)
            .Operation(Operations.SinkList)
            .Documented("A sink, how far it is, and why it fails");
        audit
            .ConsolePatch<SinkChangeBody, SinkJson>("/sinks/{sink}", UpdateAsync)
            .Operation(Operations.SinkUpdate)
            .Documented("Renames a webhook, leads it elsewhere, pauses or resumes it");
        audit
            .ConsolePost<RollSinkBody, IssuedSinkJson>("/sinks/{sink}/roll", RollAsync)
            .Operation(Operations.SinkRoll)
            .Documented("Gives a webhook a new secret; those before sign beside it for the chosen time");
        audit
            .ConsolePost("/sinks/{sink}/test", TestAsync)
            .Operation(Operations.SinkTest)
            .Documented("Sends a webhook a delivery without records");
        audit
            .ConsoleDelete("/sinks/{sink}", DeleteAsync)
            .Operation(Operations.SinkDelete)
            .Documented("Deletes a webhook");
    }

    /// <summary>Below <c>/operator/logs/{log}</c>, a log being an organization's or <c>_installation</c>.</summary>
    public static void MapOperator(IEndpointRouteBuilder log)
    {
        log.ConsoleGet("/sinks", ListAsync)
            .Operation(Operations.InstallationRead)
            .Documented(
                "The file sinks of an organization's log, or the sinks of the installation's (log _installation)",
                [.. PageQuery.Options]
            );
        log.ConsoleCreate<FileSinkBody, IssuedSinkJson>("/sinks/files", CreateFileAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Makes a file sink of a log: lines of JSON in sinks/{log}/{id} of the data folder");
        log.ConsoleCreate<WebhookBody, IssuedSinkJson>("/sinks/webhooks", CreateWebhookAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Makes a webhook of the installation's log; its secret is in the answer this once");
        log.ConsoleGet("/sinks/{sink}", GetAsync)
            .Operation(Operations.InstallationRead)
            .Documented("A sink, how far it is, and why it fails");
        log.ConsolePatch<SinkChangeBody, SinkJson>("/sinks/{sink}", UpdateAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Renames a sink, leads a webhook elsewhere, pauses or resumes it");
        log.ConsolePost<RollSinkBody, IssuedSinkJson>("/sinks/{sink}/roll", RollAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Gives a webhook a new secret; those before sign beside it for the chosen time");
        log.ConsolePost("/sinks/{sink}/test", TestAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Sends a sink a delivery without records");
        log.ConsoleDelete("/sinks/{sink}", DeleteAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Deletes a sink; what a file sink wrote stays");
    }

    private static async Task<Result<Page<SinkJson>>> ListAsync(WireRequest request)
    {
        if (
            !PageQuery.Of(request).TryGet(out var query, out var problem)
            || !(await SinksAsync(request)).TryGet(out var sinks, out problem)
        )
        {
            return Result.Fail<Page<SinkJson>>(problem);
        }

        var part = query.Cut(sinks, sink => sink.Id, sink => sink);
        return new Page<SinkJson>(await ShownAsync(request, part.Items), part.Next);
    }

    private static Task<Result<SinkJson>> GetAsync(WireRequest request) => FindAsync(request, request.Route("sink"));

    private static Task<Result<IssuedSinkJson>> CreateWebhookAsync(WireRequest request, WebhookBody body) =>
        CreateAsync(request, new(SinkKind.Webhook, body.Name, new(body.Url), body.From));

    private static Task<Result<IssuedSinkJson>> CreateFileAsync(WireRequest request, FileSinkBody body) =>
        CreateAsync(request, new(SinkKind.File, body.Name, null, body.From));

    private static async Task<Result<IssuedSinkJson>> CreateAsync(WireRequest request, NewSink sink) =>
        (await SinksAsync(request)).Problem is { } problem
            ? Result.Fail<IssuedSinkJson>(problem)
            : await IssuedAsync(request, await Grain(request).CreateSinkAsync(request.Caller, sink, request.Aborted));

    private static async Task<Result<SinkJson>> UpdateAsync(WireRequest request, SinkChangeBody body)
    {
        var change = new SinkChange(body.Name, body.Url is { } url ? new(url) : null, body.Enabled);
        return await OnFoundAsync(
            request,
            async id =>
                (await Grain(request).UpdateSinkAsync(request.Caller, id, change, request.Aborted)).Problem
                    is { } problem
                    ? Result.Fail<SinkJson>(problem)
                    : await FindAsync(request, id)
        );
    }

    private static Task<Result<IssuedSinkJson>> RollAsync(WireRequest request, RollSinkBody body) =>
        OnFoundAsync(
            request,
            async id =>
                await IssuedAsync(
                    request,
                    await Grain(request)
                        .RollSinkSecretAsync(
                            request.Caller,
                            id,
                            TimeSpan.FromSeconds(body.OverlapSeconds),
                            request.Aborted
                        )
                )
        );

    private static Task<Result<Done>> DeleteAsync(WireRequest request) =>
        OnFoundAsync(request, id => Grain(request).DeleteSinkAsync(request.Caller, id, request.Aborted));

    private static Task<Result<Done>> TestAsync(WireRequest request) =>
        OnFoundAsync(
            request,
            id => request.Service<SinkTrial>().RunAsync(request.Caller, OrgOf(request), id, request.Aborted)
        );

    private static async Task<Result<T>> OnFoundAsync<T>(WireRequest request, Func<string, Task<Result<T>>> then) =>
        (await FindAsync(request, request.Route("sink"))).TryGet(out var sink, out var problem)
            ? await then(sink.Id)
            : Result.Fail<T>(problem);

    private static async Task<Result<IssuedSinkJson>> IssuedAsync(WireRequest request, Result<IssuedSink> issued) =>
        issued.TryGet(out var made, out var problem)
            ? (await FindAsync(request, made.SinkId)).Map(sink => new IssuedSinkJson(sink, made.Secret?.Reveal()))
            : Result.Fail<IssuedSinkJson>(problem);

    private static async Task<Result<SinkJson>> FindAsync(WireRequest request, string id)
    {
        if (!(await SinksAsync(request)).TryGet(out var sinks, out var problem))
        {
            return Result.Fail<SinkJson>(problem);
        }

        return await ShownAsync(request, sinks.Where(sink => sink.Id == id)) is [var found]
            ? found
            : SinkProblems.NotFound(id);
    }

    private static Task<ImmutableArray<SinkJson>> ShownAsync(WireRequest request, IEnumerable<Sink> sinks) =>
        request.Service<SinkStatusReader>().OfAsync(OrgOf(request), sinks, request.Aborted);

    /// <summary>
    /// The sinks that the caller may know of. SECURITY (S04): the operator sees of an organization what is the
    /// operator's only. Problem: <c>sink.no_log</c>.
    /// </summary>
    private static async Task<Result<IEnumerable<Sink>>> SinksAsync(WireRequest request)
    {
        var (org, byOperator) = (OrgOf(request), request.Route("log").Length > 0);
        if (
            byOperator
            && org.Length > 0
            && await request.Service<IViews>().GetAsync("", ViewKinds.Org, org, request.Aborted) is null
        )
        {
            return Result.Fail<IEnumerable<Sink>>(SinkProblems.NoLog(org));
        }

        var state = await request.Service<AuditFacts>().OfAsync(org, request.Aborted);
        return Result.Of(
            state.Sinks.Values.Where(sink => !byOperator || org.Length == 0 || sink.Kind == SinkKind.File)
        );
    }

    private static string OrgOf(WireRequest request) =>
        request.Route("log") is { Length: > 0 } log ? LogName.OrgOf(log) : request.Route("org");

    private static IAuditGrain Grain(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IAuditGrain>(LogName.Of(OrgOf(request)));
}
