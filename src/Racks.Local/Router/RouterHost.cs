using System.Collections.Immutable;
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
    /// Stops HAProxy, also one that an earlier run left, and every connection through it, and forgets nothing else;
    /// false when it would not end.
    /// </summary>
    public async Task<bool> StopAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            _stopped = true;
            if (_process.Master is null)
            {
                await _process.AdoptAsync(ct);
            }

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
}
