using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;
using Palisade.Web.Api;
using Palisade.Web.Streams;

namespace Palisade.Web.Nodes;

/// <summary>
/// Answers what other nodes ask of this machine's racks. Whoever connects has proven to be a node of this database;
/// what it says was decided is looked at again, before anything is done and while a stream is open (S29).
/// </summary>
internal sealed partial class NodeEndpoint(
    IProviders providers,
    Records records,
    ILogStore logs,
    RightsWatch rights,
    IHostApplicationLifetime host,
    ILogger<NodeEndpoint> logger
)
{
    private static readonly Unavailable Stopping = new("server.stopping", "the node of the rack's machine is stopping");

    public async Task InvokeAsync(HttpContext context)
    {
        NodeCall call;
        try
        {
            call = await NodeFrame.ReadAsync(context.Request.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException)
        {
            await RefuseAsync(context, new Invalid("relay.malformed", "this is no call of a node of this version"));
            return;
        }

        if (!(await AdmitAsync(call, context.RequestAborted)).TryGet(out var admitted, out var problem))
        {
            await RefuseAsync(context, problem);
            return;
        }

        await RunAsync(context, call, admitted.Rights, admitted.Provider, admitted.Rack);
    }

    private async Task<Result<(WatchedRights Rights, IRackProvider Provider, RackState Rack)>> AdmitAsync(
        NodeCall call,
        CancellationToken cancellationToken
    )
    {
        if (
            !call.Rights().TryGet(out var decided, out var problem)
            || (problem = await rights.LookAsync(decided, cancellationToken)) is not null
        )
        {
            return Result.Fail<(WatchedRights, IRackProvider, RackState)>(problem);
        }

        if (await records.RackAsync(call.Rack, null, cancellationToken) is not { } rack)
        {
            return RackProblems.NotFound(call.Rack);
        }

        return providers.Find(rack).Map(provider => (decided, provider, rack));
    }

    private async Task RunAsync(
        HttpContext context,
        NodeCall call,
        WatchedRights decided,
        IRackProvider provider,
        RackState rack
    )
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            host.ApplicationStopping
        );
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(watching.Token);
        var answer = new NodeAnswer(context, ended.Token);
        var watch = rights.EndAsync(() => decided, ended, watching.Token);
        Problem? problem;
        try
        {
            problem = await ActAsync(answer, call.Act, provider, rack);
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            problem = Stopping;
        }
        catch (Exception e)
        {
            Failed(logger, e, call.Caller.RequestId);
            problem =
                RackFaults.Of(e)
                ?? new Unavailable(
                    "rack.failed",
                    "something broke on the node of the rack's machine; its log says more"
                );
        }

        await watching.CancelAsync();
        problem = await watch ?? problem;
        // Who asked may be gone.
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await answer.EndAsync(problem);
        }
    }

    private async Task<Problem?> ActAsync(NodeAnswer answer, RackAct act, IRackProvider provider, RackState rack)
    {
        var ended = answer.Peer.Ended;
        switch (act)
        {
            case RackAct.Observe:
                return await answer.SendAsync(Result.Of(await provider.ObserveRackAsync(rack, ended)));
            case RackAct.Processes(var app, var id):
                return await answer.SendAsync(Result.Of(await provider.ProcessesAsync(app, id, ended)));
            case RackAct.Instances:
                return await answer.SendAsync(Result.Of(await provider.InstancesAsync(rack, ended)));
            case RackAct.Endpoints e:
                return await answer.SendAsync(
                    Result.Of(await provider.EndpointsAsync(e.App, e.Service, e.Port, e.IsInternal, e.Domains, ended))
                );
            case RackAct.Wait(var app, var atMost):
                await (
                    app is { } one
                        ? provider.WaitForChangeAsync(one, atMost, ended)
                        : provider.WaitForChangeAsync(rack.Ref, atMost, ended)
                );
                return await answer.SendAsync(Result.Done);
            case RackAct.Run(var process):
                // Recorded: it is carried out even if the other node goes now.
                return await answer.SendAsync(await provider.RunAsync(process, CancellationToken.None));
            case RackAct.Stop(var app, var id, var process):
                return await answer.SendAsync(await provider.StopAsync(app, id, process, CancellationToken.None));
            case RackAct.WriteFiles(var app, var id, var process):
                return await answer.SendAsync(await provider.WriteFilesAsync(app, id, process, answer.Input, ended));
            case RackAct.ReadFiles(var app, var id, var process, var path):
                return await answer.CopyAsync(await provider.ReadFilesAsync(app, id, process, path, ended));
            case RackAct.Export(var build):
                return await answer.CopyAsync(await provider.ExportAsync(build, ended));
            case RackAct.Exec(var app, var id, var process, var request):
                return await answer.CommandAsync(await provider.ExecAsync(app, id, process, request, ended));
            case RackAct.Proxy(var name, var port):
                return await answer.RelayAsync(await provider.ProxyAsync(rack.Ref, name, port, ended));
            case RackAct.Logs(var log, var query):
                await answer.BeginAsync();
                await LogStream.SendAsync(answer.Peer, logs.ReadAsync(log, query, ended), Append);
                return null;
            default:
                throw new InvalidOperationException($"Nothing answers {act.GetType().Name}.");
        }
    }

    private static void Append(StringBuilder buffer, LogLine line) =>
        buffer.Append(Encoding.UTF8.GetString(NodeJson.Write(line))).Append('\n');

    private static Task RefuseAsync(HttpContext context, Problem problem) =>
        new NodeAnswer(context, context.RequestAborted).EndAsync(problem);

    [LoggerMessage(1, LogLevel.Error, "What another node asked for in request {RequestId} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
