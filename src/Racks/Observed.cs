using System.Collections.Immutable;

namespace Palisade.Racks;

/// <summary>What a process does, as far as the evidence goes (convox-wire.md 5.2).</summary>
public enum ProcessStatus
{
    Pending,
    Running,
    Unhealthy,
    Crashed,
    Complete,
    Failed,
    Unknown,
}

/// <summary>A process that exists on the rack, running or ended.</summary>
public sealed record ObservedProcess
{
    /// <summary><c>service-10hex-5</c>.</summary>
    public required string Id { get; init; }
    public required string Service { get; init; }
    public required string Release { get; init; }
    public required ProcessStatus Status { get; init; }

    /// <summary>Asked for by <c>run</c>, not by scale.</summary>
    public bool OneOff { get; init; }
    public string Command { get; init; } = "";
    public string Image { get; init; } = "";
    public string Host { get; init; } = "";
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>Killed for memory, by the kernel's own counters.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Cores and MiB in use, 0 when not known.</summary>
    public double Cpu { get; init; }
    public double Memory { get; init; }
    public ImmutableArray<string> Ports { get; init; } = [];
}

/// <summary>One look at an app on its rack. Providers derive their own with what planning needs.</summary>
public abstract record AppObservation
{
    public required ImmutableArray<ObservedProcess> Processes { get; init; }
    public required DateTimeOffset At { get; init; }
}
