using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>Taking steps: what changes containers, routes and networks.</summary>
public sealed partial class LocalRackProvider
{
    public async Task<Result<Done>> ApplyAsync(
        DesiredApp desired,
        PlanStep step,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(step);
        var rack = Rack(desired.App.Rack);
        try
        {
            var result = step switch
            {
                EnsureNetwork => await NetworkAsync(rack, desired.AppId, cancellationToken),
                StartProcess start => await StartAsync(rack, desired, start, cancellationToken),
                RemoveProcess remove => await RemoveAsync(rack, desired, remove, cancellationToken),
                SetRoute route => await RouteAsync(rack, desired, route, cancellationToken),
                RemoveRoute route => await UnrouteAsync(rack, desired.AppId, route.Address, cancellationToken),
                _ => throw new InvalidOperationException($"Unknown step {step.GetType().Name}."),
            };
            rack.Problems.Note(desired, step, result);
            rack.Watch.Wake(desired.App);
            return result;
        }
        catch (Exception e) when (EngineTrouble(e) is { } problem)
        {
            rack.Problems.Note(desired, step, problem);
            return problem;
        }
    }

    public async Task<Result<Done>> DeleteAppAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        try
        {
            var unrouted = await rack.Routes.RemoveAsync(r => r.AppId == appId, cancellationToken);
            if (!unrouted.Ok)
            {
                return unrouted;
            }

            await rack.LookAsync(cancellationToken);
            var mine = rack.Watch.Seen.Values.Where(c => c.Labels.AppId == appId).ToArray();
            var removed = await Task.WhenAll(
                mine.Select(c => RemoveAsync(rack, c, TimeSpan.Zero, TimeSpan.FromSeconds(10), cancellationToken))
            );
            if (removed.Where(r => !r.Ok).Select(r => r.Problem).FirstOrDefault() is { } problem)
            {
                return problem;
            }

            rack.Problems.Forget(appId);
            await rack.RemoveNetworkAsync(appId, cancellationToken);
            await ReleaseVipsAsync(rack, appId, _ => true, cancellationToken);
            foreach (
                var image in await rack.Engine.Client.ListImagesAsync(
                    [$"{ContainerLabels.AppIdKey}={appId}"],
                    cancellationToken
                )
            )
            {
                await rack.Engine.Client.RemoveImageAsync(image.Id, force: true, cancellationToken);
            }

            var volumes = VolumeRoot(rack, appId);
            if (Directory.Exists(volumes))
            {
                Directory.Delete(volumes, recursive: true);
            }

            await rack.LookAsync(cancellationToken);
            return Result.Done;
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
    }

    /// <summary>
    /// What may go away by itself: the engine is away or slow, or a file of its is. Null for anything else.
    /// </summary>
    private static Unavailable? EngineTrouble(Exception e) =>
        e is EngineException or TimeoutException or IOException
            ? new Unavailable("rack.engine", e.Message.Replace("%", "", StringComparison.Ordinal))
            : null;

    private static async Task<Result<Done>> NetworkAsync(
        LocalRack rack,
        string appId,
        CancellationToken cancellationToken
    )
    {
        await rack.EnsureNetworkAsync(appId, cancellationToken);
        return Result.Done;
    }

    private async Task<Result<Done>> StartAsync(
        LocalRack rack,
        DesiredApp desired,
        StartProcess step,
        CancellationToken cancellationToken
    )
    {
        var s = step.Service;
        var made = rack.Watch.Seen.Values.FirstOrDefault(c =>
            c.Labels.AppId == desired.AppId && c.Labels.ProcessId == step.Existing
        );
        if (step.Existing is not null && made is null)
        {
            return Result.Done;
        }

        var labels = made?.Labels ?? NewLabels(desired, step);
        rack.Starting[labels.ProcessId] = labels;
        try
        {
            await Task.Yield();
            if (made is null)
            {
                return await CreateAndStartAsync(rack, Spec(rack, s, labels), cancellationToken);
            }

            await rack.Engine.Client.StartAsync(made.ContainerId, cancellationToken);
            await rack.LookAsync(cancellationToken);
            return Result.Done;
        }
        finally
        {
            rack.Starting.TryRemove(labels.ProcessId, out _);
        }
    }

    private ContainerLabels NewLabels(DesiredApp desired, StartProcess step) =>
        new()
        {
            App = desired.App,
            AppId = desired.AppId,
            Service = step.Service.Name,
            ProcessId = $"{step.Service.Name}-{step.Service.SpecHash[..10]}-{ids.Alphanumeric(5)}",
            Release = step.Service.Release,
            SpecHash = step.Service.SpecHash,
            RolloutId = step.Previous ? "" : desired.RolloutId,
            Port = step.Service.Port,
            Scheme = step.Service.Scheme,
            Health = step.Service.Port is null || step.Service.Health.Disabled ? null : step.Service.Health,
            Command = ShellText(step.Service.Command),
        };

    private static async Task<Result<Done>> CreateAndStartAsync(
        LocalRack rack,
        ContainerSpec spec,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Once begun, a container is made and started: a client's or a job's end in between would leave one that never
        // ran.
        string id;
        try
        {
            id = await rack.Engine.Client.CreateAsync(spec, CancellationToken.None);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            if (await rack.Engine.Client.InspectImageAsync(spec.Image, cancellationToken) is not null)
            {
                throw;
            }

            return new Conflict("rack.image_missing", $"image {spec.Image} is not on the rack")
            {
                Suggestion = "build the app again",
            };
        }

        await rack.Engine.Client.StartAsync(id, CancellationToken.None);
        await rack.LookAsync(CancellationToken.None);
        return Result.Done;
    }

    private static ContainerSpec Spec(LocalRack rack, DesiredService s, ContainerLabels labels) =>
        new()
        {
            Name = $"pl-{rack.Engine.Folder.Hash}-{labels.AppId}-{labels.ProcessId}",
            Image = s.Image,
            Network = rack.Networks.NameOf(labels.AppId),
            Labels = labels.Write(rack.Engine.Folder.Hash),
            MemoryBytes = (long)s.Memory << 20,
            MilliCpu = s.Cpu,
            Command = s.Command,
            Environment = new ContainerEnvironment(
                s.Environment.Reveal().ToImmutableDictionary(p => p.Key, p => new Sensitive<string>(p.Value))
            ),
            Hostname = labels.ProcessId.Length > 63 ? labels.ProcessId[^63..].TrimStart('-') : labels.ProcessId,
            Init = s.Init && rack.Engine.HasInit,
            StopTimeout = TimeSpan.FromSeconds(s.TerminationGrace),
            HostsFile = rack.Hosts.Path,
            VolumeRoot = VolumeRoot(rack, labels.AppId),
            Volumes = [.. s.Volumes.Select(v => Volume(rack, labels.AppId, s.Name, v))],
            CgroupParent = RackCgroup.PathOf(rack.Engine.Folder),
        };

    private static Task<Result<Done>> RemoveAsync(
        LocalRack rack,
        DesiredApp desired,
        RemoveProcess step,
        CancellationToken cancellationToken
    ) =>
        Find(rack, desired.AppId, step.ProcessId) is { } container
            ? RemoveAsync(
                rack,
                container,
                TimeSpan.FromSeconds(step.Drain),
                TimeSpan.FromSeconds(step.Grace),
                cancellationToken
            )
            : Task.FromResult(Result.Done);

    /// <summary>
    /// INVARIANT: marked before the first await; out of its route, with its requests answered, before it is told to
    /// stop.
    /// </summary>
    private static async Task<Result<Done>> RemoveAsync(
        LocalRack rack,
        SeenContainer container,
        TimeSpan drain,
        TimeSpan grace,
        CancellationToken cancellationToken
    )
    {
        var process = container.Labels.ProcessId;
        // Two may ask at once: a person and a plan. The second waits for nothing and finds it gone later.
        if (!rack.Removing.TryAdd(process, 0))
        {
            return new Conflict("process.leaving", $"process {process} is being removed already");
        }

        try
        {
            await Task.Yield();
            var key = $"{container.Labels.AppId}-{container.Labels.Service}";
            if (rack.Routes.Routes.GetValueOrDefault(key)?.Servers.Any(s => s.ProcessId == process) == true)
            {
                // One that has ended has nothing to drain, but leaves its route first too.
                var limit = container.State == ProcessPhase.Running ? drain : TimeSpan.Zero;
                var drained = await rack.Routes.DrainAsync(key, process, limit, cancellationToken);
                if (!drained.Ok)
                {
                    return drained;
                }
            }

            await rack.RemoveContainerAsync(container, grace, cancellationToken);
            await rack.LookAsync(cancellationToken);
            return Result.Done;
        }
        finally
        {
            rack.Removing.TryRemove(process, out _);
        }
    }

    private static async Task<Result<Done>> RouteAsync(
        LocalRack rack,
        DesiredApp desired,
        SetRoute step,
        CancellationToken cancellationToken
    )
    {
        var s = step.Service;
        var key = $"{desired.AppId}-{s.Name}";
        if (step.KeepShape)
        {
            return await rack.Routes.ChangeAsync(
                key,
                now => now is null ? null : now with { Servers = Servers(now) },
                cancellationToken
            );
        }

        var vip = s.Internal ? await rack.Vips.EnsureAsync($"{desired.AppId}/{s.Name}", cancellationToken) : null;
        var route = new RouteEntry
        {
            App = desired.App,
            AppId = desired.AppId,
            Service = s.Name,
            Release = s.Release,
            Port = s.Port!.Value,
            Scheme = s.Scheme,
            Hosts = s.Internal ? [] : HostsOf(desired.App, s.Name, s.Domains),
            Vip = vip,
            HealthTimeout = s.Health.Disabled || s.Scheme is not ("http" or "https") ? null : s.Health.Timeout,
            RouterTimeout = s.RouterTimeout,
            Servers = [],
        };
        var known = rack.Routes.Routes.GetValueOrDefault(key);
        var set = await rack.Routes.ChangeAsync(key, now => route with { Servers = Servers(now) }, cancellationToken);
        if (set.Ok && vip is not null && (known is null || known.Vip != vip || known.Port != route.Port))
        {
            await rack.ApplyFirewallAsync(cancellationToken);
        }

        return set;

        // INVARIANT: what is being removed leaves its route by its own removal, once it is drained, and never comes
        // back into it.
        ImmutableArray<RouteServer> Servers(RouteEntry? now)
        {
            var running = rack
                .Watch.Seen.Values.Where(c => c.Labels.AppId == desired.AppId && c.State == ProcessPhase.Running)
                .ToDictionary(c => c.Labels.ProcessId, c => c.Labels);
            var wanted = step
                .Processes.Where(p => running.TryGetValue(p.Id, out var l) && l.Port is not null && !IsLeaving(p.Id))
                .Select(p => RouteServer.Of(running[p.Id], p.Ip));
            return
            [
                .. now?.Servers.Where(r => IsLeaving(r.ProcessId) && running.ContainsKey(r.ProcessId)) ?? [],
                .. wanted,
            ];
        }

        bool IsLeaving(string id) => step.Leaving.Contains(id) || rack.Removing.ContainsKey(id);
    }

    private static async Task<Result<Done>> UnrouteAsync(
        LocalRack rack,
        string appId,
        string service,
        CancellationToken cancellationToken
    )
    {
        var removed = await rack.Routes.RemoveAsync(r => r.AppId == appId && r.Service == service, cancellationToken);
        if (removed.Ok)
        {
            await ReleaseVipsAsync(rack, appId, s => s == service, cancellationToken);
            await rack.ApplyFirewallAsync(cancellationToken);
        }

        return removed;
    }

    private static async Task ReleaseVipsAsync(
        LocalRack rack,
        string appId,
        Func<string, bool> which,
        CancellationToken cancellationToken
    )
    {
        var prefix = $"{appId}/";
        foreach (
            var key in Network
                .NetworkLedger.Read(rack.Engine.Folder)
                .Vips.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && which(k[prefix.Length..]))
                .ToArray()
        )
        {
            await rack.Vips.ReleaseAsync(key, cancellationToken);
        }
    }

    private static string VolumeRoot(LocalRack rack, string appId) => DiskMeter.VolumeRoot(rack.Engine.Folder, appId);

    /// <summary>A bare path belongs to the service, a named one to the app.</summary>
    private static ContainerVolume Volume(LocalRack rack, string appId, string service, DesiredVolume volume)
    {
        var name =
            volume.Name.Length > 0 ? $"app-{volume.Name}" : $"service-{service}{volume.MountPath.Replace('/', '-')}";
        var source = Path.Combine(VolumeRoot(rack, appId), name);
        Directory.CreateDirectory(source);
        return new ContainerVolume(source, volume.MountPath);
    }

    private static string ShellText(ImmutableArray<string> words)
    {
        var text = Domain.Manifest.ShellWords.Join(words);
        return text.Length > 200 ? text[..200] + "…" : text;
    }
}
