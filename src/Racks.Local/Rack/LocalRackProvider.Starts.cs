using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>Making and starting containers.</summary>
public sealed partial class LocalRackProvider
{
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
            return await MakeAndStartAsync(rack, labels, Spec(rack, s, labels), made?.ContainerId, cancellationToken);
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
            Memory = step.Service.Memory,
            Cpu = step.Service.Cpu,
        };

    /// <param name="rack">The rack.</param>
    /// <param name="labels">Who it is.</param>
    /// <param name="spec">What it is made of.</param>
    /// <param name="made">The container that was made before but never started; null to make one.</param>
    /// <param name="cancellationToken">Ends it before it begins.</param>
    private static async Task<Result<Done>> MakeAndStartAsync(
        LocalRack rack,
        ContainerLabels labels,
        ContainerSpec spec,
        string? made,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (HostFacts.TooMuch(spec.MemoryBytes) is { } tooMuch)
        {
            return tooMuch;
        }

        var fills = spec.Volumes.Any(v => !v.ReadOnly);
        if (fills && rack.Disk.HasRoom(labels.App, labels.AppId) is { Ok: false } full)
        {
            return full;
        }

        if (rack.Promises.Take(labels) is { } noMemory)
        {
            return noMemory;
        }

        try
        {
            // Once begun, a container is made and started: a client's or a job's end in between would leave one that
            // never ran.
            if (made is null && !(await MakeAsync(rack, spec, cancellationToken)).TryGet(out made, out var problem))
            {
                return Result.Fail<Done>(problem);
            }

            await rack.Engine.Client.StartAsync(made, CancellationToken.None);
            if (fills)
            {
                rack.Disk.Mounted(labels.App, labels.AppId);
            }

            await rack.Watch.LookAtAsync(made, labels, CancellationToken.None);
            return Result.Done;
        }
        finally
        {
            rack.Promises.Started(labels.ProcessId);
        }
    }

    private static async Task<Result<string>> MakeAsync(
        LocalRack rack,
        ContainerSpec spec,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await rack.Engine.Client.CreateAsync(spec, CancellationToken.None);
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
