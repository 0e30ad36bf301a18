using System.Collections.Immutable;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// A container of this rack as last seen, with the details that don't change while its state doesn't.
/// </summary>
internal sealed record SeenContainer(string ContainerId, ContainerLabels Labels, ProcessPhase State)
{
    // Those of podman and of Docker.
    private static readonly string[] WritableByName = ["hosts", "hostname", "resolv.conf", ".containerenv"];

    public DateTimeOffset Created { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int? ExitCode { get; init; }
    public bool OutOfMemory { get; init; }

    /// <summary>Why Palisade stopped it, when it did so by itself.</summary>
    public string? StoppedFor { get; init; }

    /// <summary>The folder that holds what it wrote outside of volumes, when the engine's storage has one.</summary>
    public string? UpperFolder { get; init; }

    /// <summary>
    /// Files outside of its own storage that the engine lets it write: its /etc/hosts, /etc/resolv.conf and the like.
    /// </summary>
    public ImmutableArray<string> OwnFiles { get; init; } = [];

    /// <summary>Folders of volumes that go with it: those that its image declares.</summary>
    public ImmutableArray<string> OwnVolumes { get; init; } = [];

    /// <summary>It mounts volumes of its app.</summary>
    public bool HasVolumes { get; init; }

    /// <summary>Its first process; 0 unless it runs.</summary>
    public int Pid { get; init; }
    public string Ip { get; init; } = "";
    public string Image { get; init; } = "";

    /// <summary>It was told to stop and has not ended yet, perhaps by a server that is gone since.</summary>
    public bool Stopping { get; init; }

    /// <summary>The engine's log file, when it is a private podman.</summary>
    public string? LogPath { get; init; }

    /// <summary>With what the engine says of where it writes.</summary>
    /// <param name="inspect">What it says.</param>
    /// <param name="volumeRoot">The folder of its app's volumes.</param>
    public SeenContainer Storing(ContainerInspect inspect, string volumeRoot)
    {
        var mounts = inspect.Mounts ?? [];
        return this with
        {
            UpperFolder = inspect.GraphDriver?.Data?.GetValueOrDefault("UpperDir"),
            OwnFiles = Path.GetDirectoryName(inspect.ResolvConfPath) is { Length: > 0 } folder
                ? [.. WritableByName.Select(name => Path.Combine(folder, name))]
                : [],
            Pid = inspect.State.Pid,
            OwnVolumes = [.. mounts.Where(m => m.Type == "volume").Select(m => m.Source)],
            HasVolumes = mounts.Any(m => m.Source.StartsWith(volumeRoot + "/", StringComparison.Ordinal)),
        };
    }

    public static ProcessPhase StateOf(ContainerSummary summary) =>
        summary.State switch
        {
            "created" or "configured" or "initialized" => ProcessPhase.Created,
            "running" or "paused" or "stopping" or "restarting" => ProcessPhase.Running,
            _ => ProcessPhase.Exited,
        };
}
