using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>One-off processes, commands and files inside processes.</summary>
public sealed partial class LocalRackProvider
{
    public async Task<Result<ObservedProcess>> RunAsync(
        OneOffProcess process,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(process);
        var rack = Rack(process.App.Rack);
        var service = process.Service with
        {
            Cpu = process.Cpu ?? process.Service.Cpu,
            Memory = process.Memory ?? process.Service.Memory,
            Command = process.Command,
        };
        var labels = new ContainerLabels
        {
            App = process.App,
            AppId = process.AppId,
            Service = service.Name,
            ProcessId = process.ProcessId,
            Release = service.Release,
            SpecHash = service.SpecHash,
            RolloutId = "",
            Command = ShellText(process.Command),
            Memory = service.Memory,
            Cpu = service.Cpu,
            Expires = time.GetUtcNow() + process.Lifetime,
        };
        try
        {
            if (Find(rack, process.AppId, process.ProcessId) is null)
            {
                if (!rack.HasNetwork(process.AppId))
                {
                    await rack.EnsureNetworkAsync(process.AppId, cancellationToken);
                }

                var spec = Spec(rack, service, labels);
                var started = await MakeAndStartAsync(
                    rack,
                    labels,
                    // COMPAT: the client runs `sleep N` and execs into it; an image need not have a sleep.
                    process.Command
                        is ["sleep", _]
                        ? IdleProgram.Running(spec, rack.Engine.Folder)
                        : spec,
                    made: null,
                    cancellationToken
                );
                if (!started.Ok)
                {
                    return Result.Fail<ObservedProcess>(started.Problem);
                }
            }

            return Find(rack, process.AppId, process.ProcessId) is { } seen
                ? Observed(rack, seen)
                : new Unavailable("process.vanished", $"process {process.ProcessId} was started and is gone");
        }
        catch (Exception e) when (EngineTrouble(e) is { } problem)
        {
            return problem;
        }
    }

    public async Task<Result<Done>> StopAsync(
        AppRef app,
        string appId,
        string processId,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        try
        {
            await rack.LookAsync(cancellationToken);
            if (Find(rack, appId, processId) is not { } container)
            {
                return AppProblems.NoSuchProcess(processId);
            }

            var grace = TimeSpan.FromSeconds(container.Labels.OneOff ? 1 : 30);
            var removed = await RemoveAsync(rack, container, TimeSpan.FromSeconds(5), grace, cancellationToken);
            if (!removed.Ok)
            {
                return removed;
            }

            if (!container.Labels.OneOff)
            {
                await events.DriftAsync(app, $"process {processId} was stopped", cancellationToken);
            }

            return Result.Done;
        }
        catch (Exception e) when (EngineTrouble(e) is { } problem)
        {
            return problem;
        }
    }

    public async Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var rack = Rack(app.Rack);
        await rack.LookAsync(cancellationToken);
        if (Find(rack, appId, processId) is not { State: ProcessPhase.Running } container)
        {
            return AppProblems.NoSuchProcess(processId);
        }

        var ends = request.EndsProcess && container.Labels.OneOff;
        try
        {
            return Result.Of<IExecSession>(
                await LocalExecSession.OpenAsync(
                    rack.Engine.Client,
                    container.ContainerId,
                    request,
                    ends
                        ? () => StopAsync(app, appId, processId, CancellationToken.None)
                        : static () => Task.CompletedTask,
                    cancellationToken
                )
            );
        }
        catch (EngineException e)
        {
            return new Invalid("exec.failed", e.Message.Replace("%", "", StringComparison.Ordinal));
        }
    }

    public async Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        await rack.LookAsync(cancellationToken);
        if (Find(rack, appId, processId) is not { } container)
        {
            return AppProblems.NoSuchProcess(processId);
        }

        try
        {
            return await rack.Engine.Client.GetArchiveAsync(container.ContainerId, path, cancellationToken);
        }
        catch (EngineException e) when (e.Status == 404)
        {
            return new NotFound("file.not_found", $"no such file: {Printable.Of(path)}");
        }
    }

    public async Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        await rack.LookAsync(cancellationToken);
        if (Find(rack, appId, processId) is not { } container)
        {
            return AppProblems.NoSuchProcess(processId);
        }

        // SECURITY (S24): the disk watch stops who writes too much, and nothing stops what has ended.
        if (container.State != ProcessPhase.Running)
        {
            return NotRunning(processId);
        }

        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var write = rack.Engine.Client.PutArchiveAsync(container.ContainerId, "/", tar, running.Token);
        try
        {
            while (!write.IsCompleted)
            {
                var change = rack.Watch.NextAsync(app);
                if (Find(rack, appId, processId) is not { State: ProcessPhase.Running })
                {
                    await running.CancelAsync();
                    break;
                }

                await Task.WhenAny(write, change);
            }

            await write;
            return Result.Done;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotRunning(processId);
        }
        catch (EngineException e)
        {
            // A process that ends while files are written fails that in many words, some before it is seen to have.
            var patience = e.Status is 409 or >= 500 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
            if (await EndsAsync(rack, app, appId, processId, patience, cancellationToken))
            {
                return NotRunning(processId);
            }

            if (e.Status is >= 400 and < 500)
            {
                return new Invalid("file.refused", e.Message.Replace("%", "", StringComparison.Ordinal));
            }

            throw;
        }
    }

    /// <summary>Whether it has ended, or does soon.</summary>
    private async Task<bool> EndsAsync(
        LocalRack rack,
        AppRef app,
        string appId,
        string processId,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var limit = Task.Delay(patience, time, cancellationToken);
        while (true)
        {
            var change = rack.Watch.NextAsync(app);
            await rack.LookAsync(cancellationToken);
            if (Find(rack, appId, processId) is not { State: ProcessPhase.Running })
            {
                return true;
            }

            if (await Task.WhenAny(change, limit) == limit)
            {
                await limit;
                return false;
            }
        }
    }

    private static Conflict NotRunning(string processId) =>
        new("process.not_running", $"process {processId} does not run: it takes no files")
        {
            Suggestion = "convox ps lists those that do",
        };

    private static SeenContainer? Find(LocalRack rack, string appId, string processId) =>
        rack.Watch.Seen.Values.FirstOrDefault(c => c.Labels.AppId == appId && c.Labels.ProcessId == processId);
}
