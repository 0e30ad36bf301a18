using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>Makes the app's own network.</summary>
public sealed record EnsureNetwork : PlanStep
{
    public override string Resource => "network";
}

/// <summary>Makes and starts one process of a service.</summary>
public sealed record StartProcess : PlanStep
{
    public const string ResourceName = "process";

    public const string PreviousName = "previous process";

    public override string Resource => Previous ? PreviousName : ResourceName;

    /// <summary>It belongs to what ran before the change that is being proven: the change can't fail by it.</summary>
    public bool Previous { get; init; }

    public required DesiredService Service { get; init; }

    /// <summary>A container that was made but never started, to be started; null makes a new one.</summary>
    public string? Existing { get; init; }
}

/// <summary>
/// Takes a process out of the router, lets its requests end, stops and removes it. Also removes what has ended.
/// </summary>
public sealed record RemoveProcess : PlanStep
{
    public override string Resource => "process";

    public required string ProcessId { get; init; }
    public required string Service { get; init; }

    /// <summary>Seconds its requests get to end; 0 when none can be there.</summary>
    public required int Drain { get; init; }

    /// <summary>Seconds between the termination signal and the kill.</summary>
    public required int Grace { get; init; }
}

/// <summary>
/// Sends a service's requests to exactly these processes. Those that are being removed are left as they are, in or out:
/// they leave when they are drained.
/// </summary>
public sealed record SetRoute : PlanStep
{
    public override string Resource => "route";

    public required DesiredService Service { get; init; }
    public required ImmutableArray<LocalProcess> Processes { get; init; }

    /// <summary>
    /// Ids of those that are being removed, or are by this plan: it does not matter which step begins first.
    /// </summary>
    public required ImmutableHashSet<string> Leaving { get; init; }

    /// <summary>
    /// Names and times stay those of the release that the route is of: its processes still serve.
    /// </summary>
    public bool KeepShape { get; init; }
}

/// <summary>Takes a service's route away.</summary>
public sealed record RemoveRoute : PlanStep
{
    public override string Resource => "route";
}
