using System.Collections.Immutable;

namespace Palisade.Racks;

public enum ChangeKind
{
    None,
    Create,
    Update,
    Replace,
    Delete,
}

/// <summary>What a step can cost.</summary>
public enum StepRisk
{
    Safe,
    Replace,
    Downtime,
    DataLoss,
}

/// <summary>
/// One idempotent step. All steps of one plan may run at the same time: what depends on another step's effect is
/// planned after it is observed.
/// </summary>
public abstract record PlanStep
{
    /// <summary><c>process</c>, <c>network</c>, <c>route</c>, …</summary>
    public abstract string Resource { get; }

    /// <summary>Which one: a process id, a service name.</summary>
    public required string Address { get; init; }
    public required ChangeKind Change { get; init; }
    public StepRisk Risk { get; init; }

    /// <summary>Why, for a person: <c>release RABC… wants 3, 1 is healthy</c>.</summary>
    public required string Reason { get; init; }
}

/// <summary>
/// Steps toward the desired state. Empty while there is something to wait for, or when all is as desired:
/// <see cref="RolloutProgress.Settled"/> tells.
/// </summary>
public sealed record Plan(ImmutableArray<PlanStep> Steps)
{
    public static Plan Empty { get; } = new([]);
}

/// <summary>How far a change has come, from evidence.</summary>
public sealed record RolloutProgress
{
    /// <summary>
    /// Every service of the target has its count of healthy, proven processes, and new requests go to no others.
    /// </summary>
    public required bool Proven { get; init; }

    /// <summary>Proven, and nothing else is left to do or to wait for.</summary>
    public required bool Settled { get; init; }

    /// <summary>It can't succeed: a stable code and the cause for a person.</summary>
    public RolloutFault? Fault { get; init; }
    public ImmutableArray<ServiceProgress> Services { get; init; } = [];

    /// <summary>When looking again could bring something new even if nothing is changed by us.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(1);
}

/// <param name="Code"><c>rollout.crashed</c>, <c>rollout.unhealthy</c>, <c>rollout.image</c>,
/// <c>rollout.capacity</c>.</param>
public sealed record RolloutFault(string Code, string Cause);

public sealed record ServiceProgress(string Service, int Desired, int Running, int Healthy, string? LastProblem);
