using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Engine;

/// <summary>A bridge network.</summary>
/// <param name="Name">Unique on the machine: podman keeps addresses of all its stores in one book, by network
/// name.</param>
/// <param name="Bridge">Interface name, at most 15 letters.</param>
/// <param name="Subnet">CIDR.</param>
/// <param name="Gateway">The host's address in it.</param>
public sealed record NetworkSpec(string Name, string Bridge, string Subnet, string Gateway)
{
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A command to run in a container.</summary>
public sealed record ExecSpec(ImmutableArray<string> Command, bool Tty, bool Stdin)
{
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string? WorkingDirectory { get; init; }
}

/// <summary>Which log lines.</summary>
public sealed record LogQuery(bool Follow)
{
    /// <summary>Only lines from this moment on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only the last so many lines of what is there.</summary>
    public int? Tail { get; init; }
}

/// <summary>One cleaned line of a container's log.</summary>
/// <param name="At">When the engine read it; null when it does not say.</param>
public sealed record LogLine(DateTimeOffset? At, StreamChannel Channel, string Text);

/// <summary>A folder of the app's that a container sees.</summary>
/// <param name="Source">An existing folder below the app's own.</param>
/// <param name="Target">Absolute path in the container.</param>
public sealed record ContainerVolume(string Source, string Target)
{
    /// <summary>The container sees it and can't change it, whatever its user may do.</summary>
    public bool ReadOnly { get; init; }
}

/// <summary>Where a container's environment comes from; values never appear in text or logs.</summary>
public sealed record ContainerEnvironment(ImmutableDictionary<string, Sensitive<string>> Values)
{
    public static ContainerEnvironment Empty { get; } = new(ImmutableDictionary<string, Sensitive<string>>.Empty);
}
