using System.Net;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Router;

/// <summary>Starting, reloading and watching the process.</summary>
public sealed partial class RouterHost
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private async Task<Result<Done>> ColdStartAsync(RouterFiles files, CancellationToken ct)
    {
        // What servers were like in a process that is gone says nothing about now.
        _folder.Delete(RouterFolder.StateFile);
        var start = _time.GetTimestamp();
        var started = await _process.StartAsync(ct);
        while (!started.Ok && _time.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
        {
            // A dead master's workers let go of the port within moments.
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, ct);
            started = await _process.StartAsync(ct);
        }

        if (!started.Ok)
        {
            return started;
        }

        LogStarted(_process.Master!.Pid);
        return await UntilLoadedAsync(files.Fingerprint, previousWorker: 0, failedBefore: 0, ct)
            ? new Done()
            : new Unavailable("router.start_failed", "The router started but its worker does not answer");
    }

    private async Task<Result<Done>> ReloadAsync(RouterModel model, RouterFiles files, CancellationToken ct)
    {
        var processes = await ProcessesAsync(ct);
        await KeepServerStateAsync(model, ct);
        _reloaded = _time.GetTimestamp();
        var asked = await _client.AskMasterAsync("reload", ct);
        if (!asked.Ok)
        {
            return asked.Map(_ => new Done());
        }

        if (await UntilLoadedAsync(files.Fingerprint, processes?.Current ?? 0, processes?.Failed ?? 0, ct))
        {
            LogReloaded(files.Fingerprint[..8]);
            return new Done();
        }

        return new Unavailable(
            "router.reload_failed",
            "The router could not load its new routing; the previous one serves on"
        )
        {
            Suggestion = "an address or port that it was asked to listen on is taken or not there",
        };
    }

    /// <summary>
    /// What kept a model from being loaded, and with it the first of its addresses on which another program listens.
    /// SECURITY: which program that is stands in the log alone, as tenants are shown problems.
    /// </summary>
    private async Task<Problem> WithTakenAsync(Problem problem, RouterModel model, CancellationToken ct)
    {
        var own = await _process.OwnAsync(ct);
        var listens = model.Backends.Select(b => b.Listen).OfType<RouterListen>();
        foreach (
            var bind in model
                .Binds.Concat(model.TlsBinds)
                .Concat(listens.Select(l => new RouterBind(l.Address, l.Port)))
        )
        {
            if (PortHolder.Find(IPAddress.Parse(bind.Address), bind.Port, own) is { } holder)
            {
                LogTaken(bind.Port, bind.Address, holder.Name, holder.Pid);
                return new Unavailable(
                    "router.port_taken",
                    $"{problem.Message}: another program of this machine listens on port {bind.Port} of {bind.Address}"
                )
                {
                    Suggestion =
                        "its operator finds in the server's log which, and ends it or gives the router another port (--router-port)",
                };
            }
        }

        return problem;
    }

    /// <summary>
    /// Writes what the worker knows of its servers' health, so that the next one does not send requests to one that is
    /// known to be down. Only servers that the model has, at the same address.
    /// </summary>
    private async Task KeepServerStateAsync(RouterModel model, CancellationToken ct)
    {
        var answer = await _client.AskAsync("show servers state", ct);
        if (!answer.Ok)
        {
            _folder.Delete(RouterFolder.StateFile);
            return;
        }

        var kept = model
            .Backends.SelectMany(backend =>
                backend
                    .Servers.Where(server => !server.Draining)
                    .Select(server =>
                        (HaproxyConfig.BackendName(backend.Key), server.Name, server.Address, server.Port)
                    )
            )
            .ToHashSet();
        var header = answer.Value.Split('\n').FirstOrDefault(line => line.StartsWith('#')) ?? "";
        var lines = RouterTables
            .ReadSlots(answer.Value)
            .Where(row =>
                row.Slot.TakesRequests
                && kept.Contains((row.Slot.Backend, row.Slot.Server, row.Slot.Address, row.Slot.Port))
            )
            .Select(row => row.Line);
        await _folder.WriteAsync(RouterFolder.StateFile, string.Join('\n', ["1", header, .. lines, ""]), ct);
    }

    /// <summary>
    /// Waits for a new worker that has loaded the fingerprint, and for the master to know it: a master answers later
    /// than its worker, and every change at run time goes through it. False when the master reports a failure or time
    /// is up.
    /// </summary>
    private async Task<bool> UntilLoadedAsync(
        string fingerprint,
        int previousWorker,
        int failedBefore,
        CancellationToken ct
    )
    {
        var start = _time.GetTimestamp();
        while (_time.GetElapsedTime(start) < _options.ReadyLimit)
        {
            var info = await _client.AskAsync("show info", ct);
            var processes = await ProcessesAsync(ct);
            if (
                info.Ok
                && RouterTables.Field(info.Value, "description") == fingerprint
                && RouterTables.Field(info.Value, "Pid") is { } pid
                && pid != $"{previousWorker}"
                && pid == $"{processes?.Current}"
            )
            {
                return true;
            }

            if (!_process.IsAlive || processes?.Failed > failedBefore)
            {
                return false;
            }

            await Task.Delay(Poll, _time, ct);
        }

        return false;
    }

    /// <summary>
    /// Has the master, which waits without a worker of its own after a failed reload, load the restored files.
    /// </summary>
    private async Task ReturnAsync(CancellationToken ct)
    {
        await _client.AskMasterAsync("reload", ct);
        var start = _time.GetTimestamp();
        while (
            _process.IsAlive
            && _time.GetElapsedTime(start) < _options.ReadyLimit
            && await ProcessesAsync(ct) is not { Failed: 0, Current: not null }
        )
        {
            await Task.Delay(Poll, _time, ct);
        }
    }

    private async Task<RouterTables.Processes?> ProcessesAsync(CancellationToken ct)
    {
        var answer = await _client.AskMasterAsync("show proc", ct);
        return answer.Ok ? RouterTables.ReadProcesses(answer.Value) : null;
    }

    /// <summary>Starts a dead HAProxy again on the last applied model.</summary>
    private async Task<Result<Done>> ReviveAsync(CancellationToken ct)
    {
        var rendered = HaproxyConfig.Render(_model!, _options.User, await CertificatePrintAsync(_model!, ct));
        return rendered.TryGet(out var files, out var problem)
            ? await ReplaceAsync(_model!, files, () => ColdStartAsync(files, ct), ct)
            : problem;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.WatchInterval, _time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await _gate.WaitAsync(ct);
            try
            {
                await LookAsync(ct);
            }
#pragma warning disable CA1031 // A watch that ends would leave a router that died dead.
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogWatchFailed(e);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (_stopped || _model is null)
        {
            return;
        }

        if (_process.IsAlive)
        {
            await DeleteLeftoversAsync(_model, ct);
            return;
        }

        LogDied();
        var revived = await ReviveAsync(ct);
        if (!revived.Ok)
        {
            LogStartFailed(revived.Problem.Message);
        }
    }
}
