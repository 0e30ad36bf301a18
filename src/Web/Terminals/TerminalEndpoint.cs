using System.Globalization;
using System.Net.WebSockets;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Components.Account;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;
using Palisade.Web.Streams;

namespace Palisade.Web.Terminals;

/// <summary>
/// The websocket of terminals on pages. <see cref="PageGate"/> has proven the session, that the request comes from our
/// own page, and that the app is the reader's to see; the operation is decided here, recorded, and looked at again
/// while the command runs (S29).
/// </summary>
internal sealed partial class TerminalEndpoint(
    TerminalCommands commands,
    StreamSlots slots,
    RightsWatch watch,
    IRecorder recorder,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<TerminalEndpoint> logger
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private static readonly WebSocketAcceptContext Options = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(5),
        KeepAliveTimeout = TimeSpan.FromSeconds(15),
    };

    private static readonly Invalid NoStart = new("terminal.malformed", "the terminal did not say what to run");

    private static readonly Unavailable Stopping = new("server.stopping", "the server is stopping");

    // Whatever the method: over HTTP/2 a websocket is a CONNECT.
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.Map(
            "/o/{org}/apps/{rack}/{app}/terminal",
            context => context.RequestServices.GetRequiredService<TerminalEndpoint>().InvokeAsync(context)
        );

    private async Task InvokeAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        if (
            !context.WebSockets.IsWebSocketRequest
            || !AppRef.TryParse($"{values["org"]}/{values["rack"]}/{values["app"]}", out var app)
        )
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("this path answers websockets only", context.RequestAborted);
            return;
        }

        var session = PageSession.Of(context);
        var caller = session.CallerOf(context.User, RequestId.Of(context), app.Org);
        using var socket = new TerminalSocket(await context.WebSockets.AcceptWebSocketAsync(Options));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(watching.Token);
        var run = new TerminalRun(socket, ended);
        var ask = new TerminalAsk(session.Hash, context.Connection.RemoteIpAddress, caller, app);
        var start = await run.StartAsync(Patience, time);
        var reading = start is null ? Task.CompletedTask : run.ReadAsync();
        var end = start is null ? Said(NoStart) : await RunAsync(socket, run, ask, start, watching, ended);
        await FinishAsync(socket, run, end, reading);
    }

    private async Task<TerminalText> RunAsync(
        TerminalSocket socket,
        TerminalRun run,
        TerminalAsk ask,
        TerminalStart start,
        CancellationTokenSource watching,
        CancellationTokenSource ended
    )
    {
        if (!slots.Take(ask.Caller, StreamKind.Command).TryGet(out var slot, out var problem))
        {
            return Said(problem);
        }

        using (slot)
        {
            TerminalCommand? command = null;
            Problem? lost = null;
            int? exit = null;
            try
            {
                if (!(await commands.OpenAsync(ask, start, ended.Token)).TryGet(out command, out problem))
                {
                    return Said(problem);
                }

                var looking = watch.EndAsync(() => command.Rights, ended, watching.Token);
                try
                {
                    await socket.SendAsync(new TerminalText { Running = command.Process }, ended.Token);
                    exit = await run.CommandAsync(command.Session);
                }
                finally
                {
                    await watching.CancelAsync();
                    lost = await looking;
                }
            }
            catch (Exception e)
                when (ended.IsCancellationRequested
                    && e is OperationCanceledException or IOException or WebSocketException or ObjectDisposedException
                )
            {
                // What ended it says why.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Failed(logger, e, ask.Caller.RequestId);
                problem =
                    RackFaults.Of(e)
                    ?? (StoreFaults.Is(e) ? StoreFaults.Problem : null)
                    ?? new Unavailable(
                        "stream.failed",
                        $"something broke on the server; its log says more under request {ask.Caller.RequestId}"
                    );
            }

            problem =
                lost
                ?? run.Fault
                ?? (exit is null && host.ApplicationStopping.IsCancellationRequested ? Stopping : problem);
            if (command is not null)
            {
                await command.DisposeAsync();
                await recorder.ClosedAsync(
                    ask.Caller,
                    command.Rights.Operation,
                    command.Rights.Resource,
                    problem?.Code
                        ?? (exit is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit {code}") : "client"),
                    socket.BytesSent
                );
            }

            return problem is null ? new TerminalText { Exit = exit } : Said(problem);
        }
    }

    private async Task FinishAsync(TerminalSocket socket, TerminalRun run, TerminalText end, Task reading)
    {
        try
        {
            using var timer = new CancellationTokenSource(Linger, time);
            if (!run.Left)
            {
                await socket.SendAsync(end, timer.Token);
                await socket.CloseAsync(timer.Token);
                await reading.WaitAsync(timer.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The page left, or had its time.
        }

        socket.Abort();
        await reading;
    }

    private static TerminalText Said(Problem problem) => new() { Problem = Sentence.Of(problem) };

    [LoggerMessage(1, LogLevel.Error, "The terminal of request {RequestId} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
