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
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

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
        var ask = new TerminalAsk(session.Hash, context.Connection.RemoteIpAddress, caller, app);

        // SECURITY (S08): its place is taken before anything of it is kept.
        var refused = slots.Take(caller, StreamKind.Command).TryGet(out var slot, out var problem) ? null : problem;
        using (slot)
        {
            using var socket = new TerminalSocket(await context.WebSockets.AcceptWebSocketAsync(Options));
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStopping);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(watching.Token);
            var run = new TerminalRun(socket, ended);
            if (refused is not null)
            {
                await FinishAsync(socket, run, Said(refused), Task.CompletedTask);
                return;
            }

            var start = await run.StartAsync(Patience, time);
            var reading = start is null ? Task.CompletedTask : run.ReadAsync();
            var end = start is null ? Said(NoStart) : await RunAsync(socket, run, ask, start, watching, ended);
            await FinishAsync(socket, run, end, reading);
        }
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
        TerminalCommand? command = null;
        Problem? problem = null;
        Problem? lost = null;
        int? exit = null;

        // Also while it is opened, which takes its time: the page itself is what is looked at then.
        var looking = watch.EndAsync(() => command?.Rights ?? ask.Rights(Operations.AppGet), ended, watching.Token);
        try
        {
            if ((await commands.OpenAsync(ask, start, ended.Token)).TryGet(out command, out problem))
            {
                await socket.SendAsync(new TerminalText { Running = command.Process }, ended.Token);
                exit = await run.CommandAsync(command.Session);
            }
        }
        catch (Exception e)
            when (ended.IsCancellationRequested
                && e is OperationCanceledException or IOException or WebSocketException or ObjectDisposedException
            )
        {
            // What ended it says why.
        }
        catch (Exception e) when (e is not OperationCanceledException || !ended.IsCancellationRequested)
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
        finally
        {
            await watching.CancelAsync();
            lost = await looking;
        }

        problem =
            lost
            ?? run.Fault
            ?? (exit is null && host.ApplicationStopping.IsCancellationRequested ? Stopping : problem);
        if (command is not null)
        {
            var how = exit is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit {code}") : "client";
            await CloseAsync(command, ask, problem?.Code ?? how, socket.BytesSent);
        }

        return problem is null ? new TerminalText { Exit = exit } : Said(problem);
    }

    /// <summary>Each step is done whatever becomes of the others: the page is told how it ended in any case.</summary>
    private async Task CloseAsync(TerminalCommand command, TerminalAsk ask, string how, long sent)
    {
        try
        {
            await command.DisposeAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(logger, e, ask.Caller.RequestId);
        }

        try
        {
            await recorder.ClosedAsync(ask.Caller, command.Rights.Operation, command.Rights.Resource, how, sent);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(logger, e, ask.Caller.RequestId);
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

            // Nobody reads any more where it was ended for what it sent, and ending it now would lose the word of why.
            if (!run.Left)
            {
                await socket.DrainAsync(timer.Token);
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
