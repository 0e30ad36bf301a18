using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>What one app should be on its rack: complete, so that observing and planning need nothing else.</summary>
public sealed record DesiredApp
{
    public required AppRef App { get; init; }

    /// <summary>10 hex; names of engine objects derive from it (S18).</summary>
    public required string AppId { get; init; }

    /// <summary>Empty when nothing is promoted: then nothing of it need exist on the rack.</summary>
    public required string Release { get; init; }

    public ImmutableArray<DesiredService> Services { get; init; } = [];

    /// <summary>
    /// Changes whenever a new rollout begins: failed attempts of an earlier one are not counted against it.
    /// </summary>
    public required string RolloutId { get; init; }

    /// <summary>
    /// Present while a change is being proven: processes of what ran before are kept until every service of the target
    /// is.
    /// </summary>
    public bool Proving { get; init; }

    /// <summary>
    /// While a change is being proven: what a failing one goes back to, and what serves until then. Its processes are
    /// the last to give way, and those that end are put back.
    /// </summary>
    public ImmutableArray<DesiredService> Previous { get; init; } = [];

    /// <summary>Everything of it should go.</summary>
    public bool Deleting { get; init; }
}

/// <summary>One service of the desired release. Cpu in milli-cores, memory in MiB, times in seconds.</summary>
public sealed record DesiredService
{
    public required string Name { get; init; }
    public required string Release { get; init; }
    public required string Image { get; init; }

    /// <summary>Words; empty means the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The whole environment of a process, injected variables included.</summary>
    public required Sensitive<ImmutableSortedDictionary<string, string>> Environment { get; init; }

    /// <summary>Null: it listens on nothing and is healthy when it runs.</summary>
    public int? Port { get; init; }
    public string Scheme { get; init; } = "http";
    public required DesiredHealth Health { get; init; }
    public required int Count { get; init; }
    public required int Cpu { get; init; }
    public required int Memory { get; init; }
    public bool Internal { get; init; }
    public ImmutableArray<string> Domains { get; init; } = [];
    public bool Init { get; init; } = true;
    public int Drain { get; init; } = 30;
    public int TerminationGrace { get; init; } = 30;

    /// <summary>Percent of <see cref="Count"/> that must stay healthy during a change, rounded up; 0 to 100.</summary>
    public int Minimum { get; init; } = 50;

    /// <summary>
    /// Percent of <see cref="Count"/> that may run during a change, rounded down but at least one more than the minimum
    /// allows to progress; 100 to 200.
    /// </summary>
    public int Maximum { get; init; } = 200;
    public int RouterTimeout { get; init; } = 60;
    public int RestartGeneration { get; init; }
    public ImmutableArray<DesiredVolume> Volumes { get; init; } = [];
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Fingerprint of all that a process is made from; a process with another one is replaced.</summary>
    public required string SpecHash { get; init; }
}

public sealed record DesiredHealth(string Path, int Interval, int Timeout, int Grace)
{
    public bool Disabled { get; init; }
}

/// <param name="Name">Volume name for <c>name:path</c>, "" for a bare path (per service).</param>
public sealed record DesiredVolume(string Name, string MountPath);
