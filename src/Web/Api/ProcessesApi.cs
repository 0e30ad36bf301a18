using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>Processes of an app: list, see, stop, logs (convox-wire.md 3.3).</summary>
internal static class ProcessesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/processes", ListAsync).Operation(Operations.ProcessList);
        routes
            .Get("/apps/{app}/processes/{pid}", GetAsync)
            .OperationByContent(Operations.ProcessGet, Operations.ProcessRunGet);
        routes
            .Delete("/apps/{app}/processes/{pid}", StopAsync)
            .OperationByContent(Operations.ProcessStop, Operations.ProcessRunStop);
        routes.Socket("/apps/{app}/processes/{pid}/logs", StreamKind.Log, LogsAsync).Operation(Operations.ProcessLogs);
    }

    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var (release, service) = (query.Text("release", 100), query.Text("service", 100));
        if (query.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        var processes = (await app.ProcessesAsync(request.Aborted))
            .Where(p => (release is null || p.Release == release) && (service is null || p.Service == service))
            .OrderBy(p => p.Service, StringComparer.Ordinal)
            .ThenBy(p => p.Id, StringComparer.Ordinal);
        return Answer.Json(processes.Select(p => ProcessJson.Of(app.App.Name, p)).ToList());
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request) =>
        (await OwnProcess.RequireAsync(request, Operations.ProcessRunGet, Operations.ProcessGet)).TryGet(
            out _,
            out var problem
        ) && (await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
            ? (await app.FindAsync(request.Route("pid"), request.Aborted)).Map(p =>
                Answer.Json(ProcessJson.Of(app.App.Name, p))
            )
            : Result.Fail<Answer>(problem);

    private static async Task<Result<Answer>> StopAsync(WireRequest request)
    {
        if (
            !(await OwnProcess.RequireAsync(request, Operations.ProcessRunStop, Operations.ProcessStop)).TryGet(
                out _,
                out var problem
            )
            || !(await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
            || !(await app.FindAsync(request.Route("pid"), request.Aborted)).TryGet(out var process, out problem)
            || !(await AppsApi.Grain(request).StopProcessAsync(request.Caller, process.Id, request.Aborted)).TryGet(
                out _,
                out problem
            )
        )
        {
            return Result.Fail<Answer>(problem);
        }

        // Recorded: it is carried out even if the client hangs up now.
        return (await app.Live.StopAsync(app.App.Ref, app.App.Id, process.Id, CancellationToken.None)).Map(Answer.From);
    }

    private static async Task<Result<StreamEnd>> LogsAsync(OpenStream stream)
    {
        var request = stream.Request;
        if (
            !(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem)
            || !(await app.FindAsync(request.Route("pid"), stream.Ended)).TryGet(out var process, out problem)
            || !(await app.LogsAsync(request)).TryGet(out var logs, out problem)
            || !LogOptions.Read(request).TryGet(out var options, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync(("process", process.Id));
        var query = options.Query with { SourcePrefix = $"service/{process.Service}/{process.Id}" };
        return await LogStream.SendAsync(stream, logs, $"app/{request.App}", query, options.Prefix);
    }
}
