using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Knows the rack's containers: lists them, inspects what is new, and wakes who waits for an app when something about
/// it has changed.
/// COMPAT: podman's <c>/events</c> answers nothing (local-containers.md), so it looks at intervals; a list costs about
/// 3 ms.
/// </summary>
/// <param name="changed">Told, before anyone else looks, what there is now and what has changed since the look before:
/// (before, now), either may be null.</param>
internal sealed class ContainerWatch(EngineHost engine, AppNetworks networks, Action<ContainerWatch.Look> changed)
    : IDisposable
{
    private readonly ConcurrentDictionary<AppRef, TaskCompletionSource> _waiting = new();
    private TaskCompletionSource _waitingForAny = NewWait();
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly DiskEvidence _evidence = new(engine.Folder);
    private ImmutableDictionary<string, SeenContainer> _seen = ImmutableDictionary<string, SeenContainer>.Empty;
    private long _begun;
    private long _done;

    internal sealed record Look(
        IReadOnlyCollection<SeenContainer> Seen,
        ImmutableArray<(SeenContainer? Before, SeenContainer? Now)> Changes
    );

    /// <summary>As of the last look.</summary>
    public ImmutableDictionary<string, SeenContainer> Seen => _seen;

    /// <summary>Looks now. Whoever asks while a look is under way shares the one after it.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var asked = Volatile.Read(ref _begun);
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (_done > asked)
            {
                return;
            }

            var look = ++_begun;
            var before = _seen;
            var listed = await engine.Client.ListAsync(
                [$"{ContainerLabels.FolderKey}={engine.Folder.Hash}"],
                true,
                cancellationToken
            );
            var now = ImmutableDictionary.CreateBuilder<string, SeenContainer>();
            foreach (var summary in listed)
            {
                if (ContainerLabels.Read(summary) is not { } labels)
                {
                    continue;
                }

                var state = SeenContainer.StateOf(summary);
                var stopping = summary.State == "stopping";
                var seen =
                    before.TryGetValue(summary.Id, out var known)
                    && known.State == state
                    && known.Stopping == stopping
                    && state != ProcessPhase.Created
                    && (state != ProcessPhase.Running || known.Ip.Length > 0)
                        ? known
                        : await InspectAsync(summary.Id, labels, state, cancellationToken);
                if (seen is not null)
                {
                    now[summary.Id] = seen with { Stopping = stopping && seen.State == ProcessPhase.Running };
                }
            }

            Tell(now.ToImmutable());
            _done = look;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Looks at one container that was just started, which spares the list of all.</summary>
    public async Task LookAtAsync(string containerId, ContainerLabels labels, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (await InspectAsync(containerId, labels, ProcessPhase.Running, cancellationToken) is { } seen)
            {
                Tell(_seen.SetItem(containerId, seen));
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Wakes who waits for the app.</summary>
    public void Wake(AppRef app)
    {
        if (_waiting.TryRemove(app, out var waiting))
        {
            waiting.TrySetResult();
        }

        Wake();
    }

    /// <summary>Wakes who waits for the rack.</summary>
    public void Wake() => Interlocked.Exchange(ref _waitingForAny, NewWait()).TrySetResult();

    /// <summary>Completes at the next <see cref="Wake"/> of the app.</summary>
    public Task NextAsync(AppRef app) => _waiting.GetOrAdd(app, static _ => NewWait()).Task;

    /// <summary>Completes at the next <see cref="Wake()"/>, of whatever.</summary>
    public Task NextAsync() => Volatile.Read(ref _waitingForAny).Task;

    public void Dispose() => _looking.Dispose();

    private static TaskCompletionSource NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell(ImmutableDictionary<string, SeenContainer> now)
    {
        var before = _seen;
        _seen = now;
        var changes = Changes(before, now);
        changed(new Look([.. now.Values], changes));
        foreach (var app in changes.Select(c => (c.Now ?? c.Before)!.Labels.App).Distinct())
        {
            Wake(app);
        }
    }

    private async Task<SeenContainer?> InspectAsync(
        string containerId,
        ContainerLabels labels,
        ProcessPhase state,
        CancellationToken cancellationToken
    )
    {
        if (await engine.Client.InspectAsync(containerId, cancellationToken) is not { } inspect)
        {
            return null;
        }

        // It may have moved on between the list and the inspection; the inspection is the newer truth.
        state =
            inspect.State.Running ? ProcessPhase.Running
            : inspect.State.Finished is not null && state != ProcessPhase.Created ? ProcessPhase.Exited
            : state;
        var exited = state == ProcessPhase.Exited;
        return new SeenContainer(containerId, labels, state)
        {
            Created = inspect.Created,
            Started = inspect.State.Started,
            Ended = exited ? inspect.State.Finished ?? inspect.Created : null,
            ExitCode = exited ? inspect.State.ExitCode : null,
            OutOfMemory = exited && (inspect.State.OOMKilled || OomEvidence.WasKilled(containerId)),
            StoppedFor = exited ? _evidence.Read(containerId) : null,
            Ip = inspect.AddressIn(networks.NameOf(labels.AppId)) ?? "",
            Image = inspect.Image,
            LogPath = engine.IsPrivate ? inspect.LogPath : null,
        }.Storing(inspect, DiskMeter.VolumeRoot(engine.Folder, labels.AppId));
    }

    private static ImmutableArray<(SeenContainer? Before, SeenContainer? Now)> Changes(
        ImmutableDictionary<string, SeenContainer> before,
        ImmutableDictionary<string, SeenContainer> now
    )
    {
        var changes = ImmutableArray.CreateBuilder<(SeenContainer?, SeenContainer?)>();
        foreach (var (id, container) in now)
        {
            if (
                !before.TryGetValue(id, out var known)
                || known.State != container.State
                || known.Ip != container.Ip
                || known.Stopping != container.Stopping
            )
            {
                changes.Add((known, container));
            }
        }

        changes.AddRange(
            before.Where(p => !now.ContainsKey(p.Key)).Select(p => ((SeenContainer?)p.Value, (SeenContainer?)null))
        );
        return changes.ToImmutable();
    }
}
