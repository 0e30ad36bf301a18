using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Streams;

/// <summary>
/// What every websocket goes through: upgrade first, then sign-in and decision, since the client shows a refused
/// handshake only as <c>bad handshake</c> (convox-wire.md 1.8); errors in-band; rights looked at again while it is
/// open; end of stream and close by us.
/// </summary>
internal sealed partial class StreamPipeline(
    Pipeline pipeline,
    StreamSlots slots,
    RightsWatch rights,
    IRecorder recorder,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<StreamPipeline> logger
)
{
    /// <summary>How long a refused socket may stay (S08: 1 s in all).</summary>
    private static readonly TimeSpan RefusedLinger = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private static readonly Unavailable Stopping = new("server.stopping", "the server is stopping");

    public async Task InvokeAsync(HttpContext context, StreamKind kind, StreamHandler handler)
    {
        if (SocketHandshake.Check(context) is { } fault)
        {
            await WireAnswers.ProblemAsync(context, fault);
            return;
        }

        await using var socket = await SocketHandshake.AcceptAsync(context, time);
        try
        {
            var problem = await OpenAsync(context, socket, kind, handler);
            await FinishAsync(socket, kind, problem);
        }
        catch (OperationCanceledException) when (socket.Gone.IsCancellationRequested)
        {
            // The client left in the middle of a send.
        }
    }

    private async Task<(Problem? Problem, bool Refused)> OpenAsync(
        HttpContext context,
        WireSocket socket,
        StreamKind kind,
        StreamHandler handler
    )
    {
        var opened = await pipeline.OpenAsync(context);
        if (
            !opened.TryGet(out var request, out var problem)
            || !slots.Take(request.Caller, kind).TryGet(out var slot, out problem)
        )
        {
            return (problem, true);
        }

        // SECURITY: it stays open, so what it decides later is read anew.
        request.Caller = request.Caller with
        {
            Proven = null,
        };
        using (slot)
        {
            return await RunAsync(request, socket, kind, handler);
        }
    }

    private async Task<(Problem? Problem, bool Refused)> RunAsync(
        WireRequest request,
        WireSocket socket,
        StreamKind kind,
        StreamHandler handler
    )
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(socket.Gone, host.ApplicationStopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(watching.Token);
        var stream = new OpenStream(request, socket, ended.Token);
        var watch = rights.EndAsync(() => request.IsAuthorized ? request.Rights : null, ended, watching.Token);
        Problem? problem = null;
        var cause = "done";
        try
        {
            var result = await handler(stream);
            problem = result.Problem;
            if (result.Ok && result.Value.ExitCode is { } code)
            {
                await socket.SendExitAsync(code, ended.Token);
                cause = string.Create(CultureInfo.InvariantCulture, $"exit {code}");
            }
        }
        catch (Exception e)
            when (ended.IsCancellationRequested
                && e is OperationCanceledException or IOException or ObjectDisposedException
            )
        {
            cause = "client";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(logger, e, request.Caller.RequestId);
            problem =
                RackFaults.Of(e)
                ?? (StoreFaults.Is(e) ? StoreFaults.Problem : null)
                ?? new Unavailable(
                    "stream.failed",
                    $"something broke on the server; its log says more under request {request.Caller.RequestId}"
                );
        }

        await watching.CancelAsync();
        var lost = await watch;
        (problem, cause) =
            lost is not null ? (lost, lost.Code)
            : socket.Gone.IsCancellationRequested ? (null, "client")
            : host.ApplicationStopping.IsCancellationRequested ? (Stopping, Stopping.Code)
            : (problem, problem?.Code ?? cause);
        if (stream.IsOpened)
        {
            await CloseAsync(request, socket, cause);
        }

        // Bytes of another protocol flowed already: text of ours would be taken for its data.
        return (kind == StreamKind.Relay && stream.IsOpened ? null : problem, problem is not null);
    }

    private static async Task FinishAsync(WireSocket socket, StreamKind kind, (Problem? Problem, bool Refused) end)
    {
        if (end.Problem is { } problem)
        {
            await socket.SendAsync($"ERROR: {Clean.Line(problem.Text, 2_000)}\n");
            if (kind == StreamKind.Command)
            {
                // Without it the client would exit with 0.
                await socket.SendExitAsync(1);
            }
        }

        var code = ReferenceEquals(end.Problem, Stopping) ? CloseCode.GoingAway : CloseCode.Normal;
        await socket.EndAsync(end.Refused ? RefusedLinger : Linger, code);
    }

    private Task CloseAsync(WireRequest request, WireSocket socket, string cause)
    {
        var (operation, resource) = request.Decided;
        return recorder.ClosedAsync(request.Caller, operation, resource, cause, socket.BytesSent);
    }

    [LoggerMessage(1, LogLevel.Error, "The stream of request {RequestId} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
