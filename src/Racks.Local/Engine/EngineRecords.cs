using System.Collections.Immutable;
using System.Globalization;

namespace Palisade.Racks.Local.Engine;

// The Docker API's answers, as far as they are used; names are the API's (https://docs.docker.com/engine/api/v1.41/).

public sealed record EngineVersion(string Version, string ApiVersion)
{
    public ImmutableArray<EngineComponent> Components { get; init; } = [];
}

public sealed record EngineComponent(string Name, string Version);

public sealed record ContainerSummary(
    string Id,
    ImmutableArray<string> Names,
    string Image,
    string ImageId,
    string State
)
{
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary>The name without the API's slash.</summary>
    public string Name => Names is [{ } first, ..] ? first.TrimStart('/') : Id;
}

public sealed record ContainerInspect(string Id, string Name, ContainerRunState State, ContainerConfig Config)
{
    public string Image { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    /// <summary>The engine's own log file (podman's k8s-file), when it says.</summary>
    public string? LogPath { get; init; }

    public required ContainerNetworks NetworkSettings { get; init; }

    /// <summary>How its root file system is stored.</summary>
    public ContainerStorage? GraphDriver { get; init; }

    public ImmutableArray<ContainerMount>? Mounts { get; init; }

    /// <summary>
    /// The file that it sees as its /etc/resolv.conf, in the engine's folder of such files; empty before its start.
    /// </summary>
    public string ResolvConfPath { get; init; } = "";

    /// <summary>Commands in it that the engine still knows.</summary>
    public ImmutableArray<string>? ExecIDs { get; init; }

    /// <summary>Bytes in files that it made or changed; only when asked for.</summary>
    public long? SizeRw { get; init; }

    /// <summary>The address in a network, or null before the start.</summary>
    public string? AddressIn(string network) =>
        NetworkSettings.Networks.GetValueOrDefault(network)?.IPAddress is { Length: > 0 } address ? address : null;
}

/// <param name="Data">Of an overlay: <c>UpperDir</c> is the folder that holds what the container wrote.</param>
public sealed record ContainerStorage(string Name, ImmutableDictionary<string, string>? Data);

/// <param name="Type"><c>volume</c> for one that the engine keeps, <c>bind</c> for a folder of the host.</param>
public sealed record ContainerMount(string Type, string Source);

public sealed record ContainerRunState(string Status, bool Running, int ExitCode)
{
    public int Pid { get; init; }

    public bool OOMKilled { get; init; }

    public string Error { get; init; } = "";

    public string StartedAt { get; init; } = "";

    public string FinishedAt { get; init; } = "";

    /// <summary>Null before the first start.</summary>
    public DateTimeOffset? Started => Moment(StartedAt);

    /// <summary>Null while it has never ended.</summary>
    public DateTimeOffset? Finished => Moment(FinishedAt);

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        && at.Year > 1
            ? at
            : null;
}

public sealed record ContainerConfig(ImmutableDictionary<string, string>? Labels, bool Tty)
{
    public string Image { get; init; } = "";
}

public sealed record ContainerNetworks(ImmutableDictionary<string, ContainerEndpoint> Networks);

public sealed record ContainerEndpoint(string? IPAddress, string? Gateway);

public sealed record ImageSummary(string Id, ImmutableArray<string>? RepoTags, long Size)
{
    public ImmutableDictionary<string, string>? Labels { get; init; }

    public ImmutableArray<string>? RepoDigests { get; init; }

    /// <summary>
    /// What it is called: with a tag, or else by digest; nothing when it is only a layer of others.
    /// </summary>
    public ImmutableArray<string> Names =>
        [.. new[] { RepoTags, RepoDigests }.Select(Named).FirstOrDefault(n => n.Any(), [])];

    /// <summary>With a tag, and by digest.</summary>
    public ImmutableArray<string> AllNames => [.. Named(RepoTags), .. Named(RepoDigests)];

    private static IEnumerable<string> Named(ImmutableArray<string>? names) =>
        (names ?? []).Where(name => !name.StartsWith("<none>", StringComparison.Ordinal));
}

public sealed record PrunedImages(ImmutableArray<PrunedImage>? ImagesDeleted);

public sealed record PrunedImage(string? Deleted);

public sealed record ImageRootFs(ImmutableArray<string>? Layers);

public sealed record ImageInspect(string Id, ImmutableArray<string>? RepoTags, long Size)
{
    public ImmutableArray<string>? RepoDigests { get; init; }

    public string Digest { get; init; } = "";

    public ImageRootFs? RootFS { get; init; }

    public ImageConfig? Config { get; init; }
}

public sealed record ImageConfig(
    ImmutableArray<string>? Cmd,
    ImmutableArray<string>? Entrypoint,
    ImmutableDictionary<string, string>? Labels
)
{
    /// <summary>Keys are <c>port/protocol</c>.</summary>
    public ImmutableDictionary<string, System.Text.Json.JsonElement>? ExposedPorts { get; init; }

    public string? User { get; init; }

    public string? WorkingDir { get; init; }
}

public sealed record NetworkInspect(string Name, string Id)
{
    public ImmutableDictionary<string, string>? Labels { get; init; }

    public NetworkIpam? IPAM { get; init; }

    /// <summary>The first subnet, in CIDR form.</summary>
    public string? Subnet => IPAM?.Config is [{ } first, ..] ? first.Subnet : null;
}

public sealed record NetworkIpam(ImmutableArray<NetworkSubnet>? Config);

public sealed record NetworkSubnet(string Subnet, string? Gateway);

public sealed record ExecInspect(bool Running, int? ExitCode)
{
    public int Pid { get; init; }
}
