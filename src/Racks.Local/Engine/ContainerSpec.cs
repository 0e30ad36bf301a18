using System.Collections.Immutable;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// A container as Palisade asks for it. What S24 fixes (capabilities, no-new-privileges, seccomp, no restart policy)
/// cannot be said here at all.
/// </summary>
public sealed record ContainerSpec
{
    public const int DefaultPidsLimit = 512;

    /// <summary>Derived from ids: <c>service-hex-letters</c>. Unique in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Image id or a name of ours.</summary>
    public required string Image { get; init; }

    /// <summary>The app's network.</summary>
    public required string Network { get; init; }

    /// <summary><c>palisade.*</c> labels of ours and nothing of the app's.</summary>
    public required ImmutableDictionary<string, string> Labels { get; init; }

    /// <summary>Memory in bytes, swap included; a process beyond it is killed.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>CPU in thousandths of one core; 0 means unlimited.</summary>
    public required int MilliCpu { get; init; }

    public int PidsLimit { get; init; } = DefaultPidsLimit;

    /// <summary>Replaces the image's command when not empty.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Replaces the image's entrypoint when not null.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }

    public ContainerEnvironment Environment { get; init; } = ContainerEnvironment.Empty;

    public string? Hostname { get; init; }

    /// <summary>An init program as process 1. Ask <see cref="EngineHost.HasInit"/> first.</summary>
    public bool Init { get; init; }

    public bool Tty { get; init; }

    public bool Stdin { get; init; }

    /// <summary>Stop signal by name; the image's when null.</summary>
    public string? StopSignal { get; init; }

    /// <summary>From the stop signal to the kill.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The rack's hosts file, seen read-only at /etc/hosts (S28).</summary>
    public string? HostsFile { get; init; }

    public ImmutableArray<ContainerVolume> Volumes { get; init; } = [];

    /// <summary>The only folder below which <see cref="Volumes"/> may lie; volumes are refused without it.</summary>
    public string? VolumeRoot { get; init; }

    /// <summary>The engine's own log of this container, in MB (10^6 bytes); older lines go.</summary>
    public int LogMegabytes { get; init; } = 10;

    /// <summary>The cgroup that holds all containers of the rack: <c>/palisade-HASH</c>.</summary>
    public string? CgroupParent { get; init; }
}
