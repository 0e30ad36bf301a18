using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>One look at an app's containers, their health and their place in the router.</summary>
public sealed record LocalObservation : AppObservation
{
    /// <summary>Scaled processes only, being made, running or ended; one-off processes are not planned.</summary>
    public required ImmutableArray<LocalProcess> Scaled { get; init; }

    public required bool NetworkExists { get; init; }

    /// <summary>How long a started process has to answer well, after its grace time.</summary>
    public required TimeSpan HealthDeadline { get; init; }

    /// <summary>MiB that nobody was promised; null: it is not known, and the start of a process says it.</summary>
    public long? FreeMemory { get; init; }

    /// <summary>By service; a service without a route is absent.</summary>
    public required ImmutableSortedDictionary<string, LocalRoute> Routes { get; init; }

    /// <summary>Steps that don't succeed, at most one per service and resource.</summary>
    public ImmutableArray<StepProblem> Problems { get; init; } = [];
}

/// <param name="Release">The release that its names and its times are of.</param>
/// <param name="Processes">Ids that it sends requests to now, those being drained included.</param>
public sealed record LocalRoute(string Release, ImmutableSortedSet<string> Processes)
{
    /// <summary>Those of them that get no new request.</summary>
    public ImmutableSortedSet<string> Withdrawn { get; init; } = [];
}

/// <summary>A kind of step that has failed every time since <paramref name="Since"/>.</summary>
/// <param name="Resource">As <see cref="PlanStep.Resource"/>.</param>
/// <param name="RolloutId">The change under which it failed: it counts against that one only.</param>
/// <param name="Final">Trying again can't help.</param>
public sealed record StepProblem(
    string Service,
    string Resource,
    string RolloutId,
    string Code,
    string Text,
    bool Final,
    int Times,
    DateTimeOffset Since,
    DateTimeOffset Last
)
{
    /// <summary>Not a fault of a change: it waits for its deadline, as others may end.</summary>
    public const string NoMemory = "rack.no_memory";

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(0.5);

    /// <summary>It is tried again after as long as it has failed for: 0.5 s, then twice as long each time.</summary>
    public DateTimeOffset NextTry(TimeSpan longestRest)
    {
        var failing = Last - Since;
        return Last
            + (
                failing < ShortestRest ? ShortestRest
                : failing > longestRest ? longestRest
                : failing
            );
    }
}

public enum ProcessPhase
{
    /// <summary>Made but not started yet, or never: the server was killed between the two.</summary>
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

    /// <summary>Why the rack stopped it, when it did so by itself.</summary>
    public string? StoppedFor { get; init; }

    /// <summary>Where it listens; null: nowhere, so it is never routed.</summary>
    public int? Port { get; init; }

    /// <summary>Its health is asked for; otherwise it is healthy when it runs.</summary>
    public bool Probed { get; init; }

    /// <summary>Empty until it has one: before that it can't be routed.</summary>
    public string Ip { get; init; } = "";

    /// <summary>
    /// Its start is under way here, perhaps before its container exists: it counts, and nothing is done about it.
    /// </summary>
    public bool Starting { get; init; }

    /// <summary>Its removal is under way here: it gets no new requests, and nothing more is done about it.</summary>
    public bool Draining { get; init; }
    public ProbeState Probe { get; init; } = ProbeState.None;
}

/// <summary>What probing has shown so far.</summary>
public sealed record ProbeState
{
    public static ProbeState None { get; } = new();

    /// <summary>
    /// Healthy since then; null before the first good answer and after <see cref="RolloutAssessor.MaxBadAnswers"/> bad
    /// ones in a row.
    /// </summary>
    public DateTimeOffset? HealthySince { get; init; }

    /// <summary>Bad answers in a row, none at all included.</summary>
    public int Failures { get; init; }

    /// <summary>
    /// Wrong answers since the last good one: a bad status is a fact, where silence may only mean that the machine is
    /// busy.
    /// </summary>
    public int WrongAnswers { get; init; }

    /// <summary>It answered something (a bad status), rather than refusing the connection or timing out.</summary>
    public bool Answered { get; init; }

    /// <summary>The last answer for a person: <c>status 500</c>, <c>connection refused</c>.</summary>
    public string? LastAnswer { get; init; }

    /// <summary>After one more question.</summary>
    /// <param name="healthy">The answer was good.</param>
    /// <param name="answered">As <see cref="Answered"/>.</param>
    /// <param name="text">As <see cref="LastAnswer"/>.</param>
    /// <param name="now">When it was asked.</param>
    public ProbeState After(bool healthy, bool answered, string text, DateTimeOffset now) =>
        healthy
            ? new ProbeState
            {
                HealthySince = HealthySince ?? now,
                Answered = true,
                LastAnswer = text,
            }
            : new ProbeState
            {
                HealthySince = Failures + 1 < RolloutAssessor.MaxBadAnswers ? HealthySince : null,
                Failures = Failures + 1,
                WrongAnswers = WrongAnswers + (answered ? 1 : 0),
                Answered = answered,
                LastAnswer = text,
            };
}
