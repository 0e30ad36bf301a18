using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The load balancer of one local rack: an HAProxy master in its own session that outlives Palisade and is adopted on
/// the next start. Servers and host names change at run time; anything else renders, is checked and reloads, without
/// losing a request. What HAProxy has loaded is asked of HAProxy, never remembered. One object per folder at a time;
/// its methods may be called at once.
/// </summary>
public sealed partial class RouterHost : IAsyncDisposable
{
    private readonly RouterFolder _folder;
    private readonly RouterClient _client;
    private readonly RouterProcess _process;
    private readonly RouterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RouterHost> _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _ending = new();

    // Servers that were drained stay so, whatever a model made before says, until a model leaves them out or
    // RestoreAsync is called.
    private readonly HashSet<(string Backend, string Server)> _draining = [];
    private RouterModel? _model;
    private Task _watch = Task.CompletedTask;
    private bool _stopped;
    private long? _reloaded;

    public RouterHost(string folder, RouterOptions options, TimeProvider time, ILogger<RouterHost> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _folder = new RouterFolder(folder);
        _client = new RouterClient(_folder, time);
        _process = new RouterProcess(_folder, _client, options, time);
    }

    /// <summary>The folder, for its certificate.</summary>
    public RouterFolder Folder => _folder;

    /// <summary>
    /// Servers whose drain has begun and that no model has left out since; those of an earlier run too.
    /// </summary>
    public async Task<ImmutableArray<(string Backend, string Server)>> DrainingAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            return [.. _draining];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether the master process runs.</summary>
    public bool IsRunning => _process.IsAlive;

    /// <summary>The master's process number, when it runs.</summary>
    public int? MasterPid => _process.IsAlive ? _process.Master!.Pid : null;

    /// <summary>
    /// Adopts the HAProxy that an earlier run left, or else starts one on the last applied model, if there is one; then
    /// watches it. Call once, before anything else. Problem: <c>router.start_failed</c> (the watch keeps trying).
    /// </summary>
    public async Task<Result<Done>> StartAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            await LoadModelAsync(ct);
            var adopted = await _process.AdoptAsync(ct);
            var result = Result.Done;
            if (adopted)
            {
                // The last reload may have been a moment before the owner ended.
                _reloaded = _time.GetTimestamp();
                LogAdopted(_process.Master!.Pid);
            }
            else if (_model is not null)
            {
                result = await ReviveAsync(ct);
            }

            _watch = WatchAsync(_ending.Token);
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Makes the router route as <paramref name="desired"/> says, with the smallest change that does it; calling it
    /// again changes nothing. A server that the model leaves out gets no more requests at once and is deleted when its
    /// last session has ended. Problems: <c>router.invalid_model</c>, <c>router.host_taken</c>,
    /// <c>router.address_taken</c>, <c>router.config_refused</c> (nothing has changed), <c>router.start_failed</c>,
    /// <c>router.reload_failed</c> (the previous routing serves on).
    /// </summary>
    public async Task<Result<Done>> ApplyAsync(RouterModel desired, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(desired);
        await _gate.WaitAsync(ct);
        try
        {
            _stopped = false;
            return await ApplyLockedAsync(desired, ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Stops HAProxy and every connection through it, and forgets nothing else; false when it would not end.
    /// </summary>
    public async Task<bool> StopAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            _stopped = true;
            return await _process.StopAsync(TimeSpan.FromSeconds(5), ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets go of HAProxy, which keeps running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ending.IsCancellationRequested)
        {
            await _ending.CancelAsync();
            await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
            _gate.Dispose();
            _folder.Dispose();
        }
    }

    private async Task<Result<Done>> ApplyLockedAsync(RouterModel desired, CancellationToken ct)
    {
        var model = WithDrains(desired);
        var rendered = HaproxyConfig.Render(model, _options.User, await CertificatePrintAsync(model, ct));
        if (!rendered.TryGet(out var files, out var problem))
        {
            return problem;
        }

        var names = model.Backends.SelectMany(b => b.Servers.Select(s => (b.Key, s.Name))).ToHashSet();
        _draining.RemoveWhere(drained => !names.Contains(drained));
        if (!_process.IsAlive)
        {
            return await ReplaceAsync(model, files, () => ColdStartAsync(files, ct), ct);
        }

        var info = await _client.AskAsync("show info", ct);
        if (!info.Ok || RouterTables.Field(info.Value, "description") != files.Fingerprint)
        {
            return await ReplaceAsync(model, files, () => ReloadAsync(model, files, ct), ct);
        }

        // The disk is slower than HAProxy, and traffic need not wait for what only the next start reads: an owner that
        // ends between the two finds the earlier model and puts the difference right.
        var written = WriteFilesAsync(model, files, ct);
        var changed = await ChangeAsync(model, files, ct);
        await written;
        if (changed.Ok)
        {
            return changed;
        }

        LogFallback(changed.Problem.Message);
        return await ReplaceAsync(model, files, () => ReloadAsync(model, files, ct), ct);
    }

    /// <summary>
    /// Checks a configuration beside the good one, puts it in its place, loads it, and puts the old one back when that
    /// fails.
    /// </summary>
    private async Task<Result<Done>> ReplaceAsync(
        RouterModel model,
        RouterFiles files,
        Func<Task<Result<Done>>> load,
        CancellationToken ct
    )
    {
        var before = (
            Config: await _folder.ReadAsync(RouterFolder.ConfigFile, ct),
            Hosts: await _folder.ReadAsync(RouterFolder.HostMapFile, ct),
            Checks: await _folder.ReadAsync(RouterFolder.CheckMapFile, ct),
            Model: await _folder.ReadAsync(RouterFolder.ModelFile, ct)
        );
        if (before.Hosts is null)
        {
            await _folder.WriteAsync(RouterFolder.HostMapFile, files.HostMap, ct);
        }

        if (before.Checks is null)
        {
            await _folder.WriteAsync(RouterFolder.CheckMapFile, files.CheckMap, ct);
        }

        await _folder.WriteAsync(RouterFolder.CandidateFile, files.Config, ct);
        var check = await _process.CheckAsync(RouterFolder.CandidateFile, ct);
        _folder.Delete(RouterFolder.CandidateFile);
        if (!check.Ok)
        {
            LogRefused(check.Problem.Message);
            return check;
        }

        var previous = _model;
        await WriteFilesAsync(model, files, ct);
        var loaded = await load();
        if (loaded.Ok || before.Config is null)
        {
            return loaded;
        }

        LogRestored(loaded.Problem.Message);
        await _folder.WriteAsync(RouterFolder.ConfigFile, before.Config, CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.HostMapFile, before.Hosts ?? "", CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.CheckMapFile, before.Checks ?? "", CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.ModelFile, before.Model ?? "null", CancellationToken.None);
        _model = previous;
        await ReturnAsync(ct);
        return loaded;
    }

    private async Task WriteFilesAsync(RouterModel model, RouterFiles files, CancellationToken ct)
    {
        await _folder.WriteIfChangedAsync(RouterFolder.ConfigFile, files.Config, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.HostMapFile, files.HostMap, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.CheckMapFile, files.CheckMap, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.ModelFile, JsonSerializer.Serialize(model), ct);
        _model = model;
    }

    private RouterModel WithDrains(RouterModel model) =>
        model.Backends.IsDefault || _draining.Count == 0
            ? model
            : model with
            {
                Backends =
                [
                    .. model.Backends.Select(backend =>
                        backend is null || backend.Servers.IsDefault
                            ? backend!
                            : backend with
                            {
                                Servers =
                                [
                                    .. backend.Servers.Select(server =>
                                        server is not null && _draining.Contains((backend.Key, server.Name))
                                            ? server with
                                            {
                                                Draining = true,
                                            }
                                            : server!
                                    ),
                                ],
                            }
                    ),
                ],
            };

    private async Task LoadModelAsync(CancellationToken ct)
    {
        try
        {
            _model = await _folder.ReadAsync(RouterFolder.ModelFile, ct) is { } text
                ? JsonSerializer.Deserialize<RouterModel>(text)
                : null;
        }
        catch (JsonException e)
        {
            LogModelLost(e);
        }

        foreach (var backend in _model?.Backends ?? [])
        {
            _draining.UnionWith(
                backend.Servers.Where(server => server.Draining).Select(server => (backend.Key, server.Name))
            );
        }
    }

    private async Task<string?> CertificatePrintAsync(RouterModel model, CancellationToken ct) =>
        !model.TlsBinds.IsDefaultOrEmpty && File.Exists(_folder.PathOf(RouterFolder.CertificateFile))
            ? Convert.ToHexStringLower(
                SHA256.HashData(await File.ReadAllBytesAsync(_folder.PathOf(RouterFolder.CertificateFile), ct))
            )
            : null;
}
