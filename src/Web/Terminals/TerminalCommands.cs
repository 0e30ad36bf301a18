using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Racks;
using Palisade.Web.Api;
using Palisade.Web.Streams;

namespace Palisade.Web.Terminals;

/// <summary>
/// Opens commands for terminals by the same operations, with the same records, as the client's <c>exec</c> and
/// <c>run</c>.
/// </summary>
internal sealed class TerminalCommands(
    Records records,
    RackView racks,
    OneOffs oneOffs,
    OwnProcess own,
    IGate gate,
    IGrainFactory grains,
    IRecorder recorder,
    RightsWatch watch
)
{
    /// <summary>As <c>convox run</c> has it; the process ends with the command long before.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <param name="ask">Of an address that was let through.</param>
    /// <param name="start">What is asked for.</param>
    /// <param name="ended">When nobody wants it any more.</param>
    public async Task<Result<TerminalCommand>> OpenAsync(TerminalAsk ask, TerminalStart start, CancellationToken ended)
    {
        if (!Read(start).TryGet(out var exec, out var problem))
        {
            return Result.Fail<TerminalCommand>(problem);
        }

        return (start.Process, start.Service) switch
        {
            ({ } process, null) => await ExecAsync(ask, process, exec, static () => Task.CompletedTask, ended),
            (null, { } service) => await RunAsync(ask, service, start.Command, exec, ended),
            _ => new Invalid("terminal.start_invalid", "name a process, or a service to start one of"),
        };
    }

    private static Result<ExecRequest> Read(TerminalStart start)
    {
        if (start.Command.Length > ShellWords.MaxLength || !TerminalMessage.IsSize(start.Columns, start.Rows))
        {
            return new Invalid("terminal.start_invalid", "the command is too long, or the terminal of no size");
        }

        return ShellWords
            .Split(start.Command)
            .Then<ExecRequest>(words =>
                words.IsEmpty
                    ? new Invalid("option.invalid", "say what to run")
                    : new ExecRequest
                    {
                        Command = words,
                        Width = start.Columns,
                        Height = start.Rows,
                    }
            );
    }

    /// <summary>In a process of its own, which ends with the command.</summary>
    private async Task<Result<TerminalCommand>> RunAsync(
        TerminalAsk ask,
        string service,
        string command,
        ExecRequest exec,
        CancellationToken ended
    )
    {
        var seconds = ((int)Lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (
            !(await OnAsync(ask, Operations.ProcessRun, ended)).TryGet(out var app, out var problem)
            || !(
                await oneOffs.StartAsync(
                    ask.Caller,
                    app,
                    new OneOffWish(service, command, ["sleep", seconds], Lifetime),
                    ended
                )
            ).TryGet(out var process, out problem)
        )
        {
            return Result.Fail<TerminalCommand>(problem);
        }

        var runs = false;
        try
        {
            var last = exec with { EndsProcess = true };
            var opened = await ExecAsync(ask, process.Id, last, () => StopAsync(ask, app, process.Id), ended);
            runs = opened.Ok;
            return opened;
        }
        finally
        {
            if (!runs)
            {
                await StopAsync(ask, app, process.Id);
            }
        }
    }

    private async Task<Result<TerminalCommand>> ExecAsync(
        TerminalAsk ask,
        string id,
        ExecRequest exec,
        Func<Task> end,
        CancellationToken ended
    )
    {
        var (caller, mine, any) = (ask.Caller, Operations.ProcessRunExec, Operations.AppExec);
        var operation = await own.ChooseAsync(caller, ask.App, id, mine, any, ended);
        if (
            !(await OnAsync(ask, operation, ended)).TryGet(out var app, out var problem)
            || !(await app.FindAsync(id, ended)).TryGet(out var process, out problem)
        )
        {
            return Result.Fail<TerminalCommand>(problem);
        }

        var details = ExecDetails.Of(process.Id, exec.Command);
        await recorder.OpenedAsync(caller, operation, ask.Resource, details, ended);
        Result<IExecSession> opened;
        try
        {
            opened = await app.Live.ExecAsync(ask.App, app.App.Id, process.Id, exec, ended);
        }
        catch (Exception e)
        {
            var why = RackFaults.Of(e)?.Code ?? "client";
            await recorder.ClosedAsync(caller, operation, ask.Resource, why, sent: 0);
            throw;
        }

        if (!opened.TryGet(out var session, out problem))
        {
            await recorder.ClosedAsync(caller, operation, ask.Resource, problem.Code, sent: 0);
            return Result.Fail<TerminalCommand>(problem);
        }

        return new TerminalCommand(session, ask.Rights(operation), process.Id, end);
    }

    /// <summary>The app on its rack for an operation, which is decided.</summary>
    private async Task<Result<AppOnRack>> OnAsync(TerminalAsk ask, Operation operation, CancellationToken ended)
    {
        if (!(await gate.AuthorizeAsync(ask.Caller, operation, ask.Resource, ended)).TryGet(out _, out var problem))
        {
            return Result.Fail<AppOnRack>(problem);
        }

        // SECURITY (S29): the session was proven when the socket was opened, which may be a while ago.
        if (await watch.LookAsync(ask.Rights(operation), ended) is { } lost)
        {
            return Result.Fail<AppOnRack>(lost);
        }

        if (await records.AppAsync(ask.App, ended) is not { } app)
        {
            return AppProblems.NotFound(ask.App.App);
        }

        if (await records.RackAsync(ask.App.Rack, null, ended) is not { } rack)
        {
            return RackProblems.NotFound(ask.App.Rack);
        }

        return (await racks.LiveAsync(ask.Rights(operation), rack, ended)).Map(live => new AppOnRack(app, rack, live));
    }

    // SECURITY (S29): who has lost the right to it leaves no process behind. The record of their stop may then be a
    // refusal; where its command was opened, the rack itself has ended it with that, also another node's.
    private async Task StopAsync(TerminalAsk ask, AppOnRack app, string process)
    {
        await TryAsync(() =>
            grains.GetGrain<IAppGrain>(ask.App.ToString()).StopProcessAsync(ask.Caller, process, CancellationToken.None)
        );

        // Also where the one before could not even be recorded: a process without its command must not stay.
        await TryAsync(async () =>
        {
            var rights = ask.Rights(Operations.ProcessRunStop);
            if ((await racks.LiveAsync(rights, app.Rack, CancellationToken.None)).TryGet(out var live, out _))
            {
                await live.StopAsync(ask.App, app.App.Id, process, CancellationToken.None);
            }
        });
    }

    private static async Task TryAsync(Func<Task> stop)
    {
        try
        {
            await stop();
        }
        catch (Exception e) when (RackFaults.Of(e) is not null || StoreFaults.Is(e))
        {
            // Nobody reaches it now: it ends with its lifetime.
        }
    }
}
