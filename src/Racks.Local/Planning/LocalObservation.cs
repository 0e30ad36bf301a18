using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>One look at an app's containers, their health and their place in the router.</summary>
public sealed record LocalObservation : AppObservation
{
    /// <summary>Scaled processes only, running or ended; one-off processes are not planned.</summary>
    public required ImmutableArray<LocalProcess> Scaled { get; init; }

    public required bool NetworkExists { get; init; }

    /// <summary>Service to the process ids that the router sends requests to now; a service without a route is absent.</summary>
    public required ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Routes { get; init; }
}

public enum ProcessPhase
{
    /// <summary>Made but never started: the server was killed between the two.</summary>
    Created,
    Running,
    Exited,
}

/// <summary>A container as planning sees it.</summary>
public sealed record LocalProcess
{
    public required string Id { get; init; }
    public required string Service { get; init; }
    public required string Release { get; init; }
    public required string SpecHash { get; init; }

    /// <summary>Rollout under which it was made: its failures count against that one only.</summary>
    public required string RolloutId { get; init; }
    public required ProcessPhase State { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int? ExitCode { get; init; }
    public bool OutOfMemory { get; init; }
    public string Ip { get; init; } = "";

    /// <summary>A removal was begun: it gets no new requests.</summary>
    public bool Draining { get; init; }
    public ProbeState Probe { get; init; } = ProbeState.None;
}

/// <summary>What probing has shown so far.</summary>
public sealed record ProbeState
{
    public static ProbeState None { get; } = new();

    /// <summary>Healthy without a break since then; null when the last answer was bad or there was none.</summary>
    public DateTimeOffset? HealthySince { get; init; }

    /// <summary>Bad answers in a row.</summary>
    public int Failures { get; init; }

    /// <summary>It answered something (a bad status), rather than refusing the connection or timing out.</summary>
    public bool Answered { get; init; }

    /// <summary>The last answer for a person: <c>status 500</c>, <c>connection refused</c>.</summary>
    public string? LastAnswer { get; init; }
}
