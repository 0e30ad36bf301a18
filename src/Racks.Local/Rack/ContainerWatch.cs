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
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly DiskEvidence _evidence = new(engine.Folder);
    private ImmutableDictionary<string, SeenContainer> _seen = ImmutableDictionary<string, SeenContainer>.Empty;

    internal sealed record Look(
        IReadOnlyCollection<SeenContainer> Seen,
        ImmutableArray<(SeenContainer? Before, SeenContainer? Now)> Changes
    );

    /// <summary>As of the last look.</summary>
    public ImmutableDictionary<string, SeenContainer> Seen => _seen;

    /// <summary>Looks now.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
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
                        : await InspectAsync(summary, labels, state, cancellationToken);
                if (seen is not null)
                {
                    now[summary.Id] = seen with { Stopping = stopping && seen.State == ProcessPhase.Running };
                }
            }

            _seen = now.ToImmutable();
            var changes = Changes(before, _seen);
            changed(new Look([.. _seen.Values], changes));
            foreach (var app in changes.Select(c => (c.Now ?? c.Before)!.Labels.App).Distinct())
            {
                Wake(app);
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
    }

    /// <summary>Completes at the next <see cref="Wake"/> of the app.</summary>
    public Task NextAsync(AppRef app) =>
        _waiting
            .GetOrAdd(app, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .Task;

    public void Dispose() => _looking.Dispose();

    private async Task<SeenContainer?> InspectAsync(
        ContainerSummary summary,
        ContainerLabels labels,
        ProcessPhase state,
        CancellationToken cancellationToken
    )
    {
        if (await engine.Client.InspectAsync(summary.Id, cancellationToken) is not { } inspect)
        {
            return null;
        }

        // It may have moved on between the list and the inspection; the inspection is the newer truth.
        state =
            inspect.State.Running ? ProcessPhase.Running
            : inspect.State.Finished is not null && state != ProcessPhase.Created ? ProcessPhase.Exited
            : state;
        var exited = state == ProcessPhase.Exited;
        return new SeenContainer(summary.Id, labels, state)
        {
            Created = inspect.Created,
            Started = inspect.State.Started,
            Ended = exited ? inspect.State.Finished ?? inspect.Created : null,
            ExitCode = exited ? inspect.State.ExitCode : null,
            OutOfMemory = exited && (inspect.State.OOMKilled || OomEvidence.WasKilled(summary.Id)),
            StoppedFor = exited ? _evidence.Read(summary.Id) : null,
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
