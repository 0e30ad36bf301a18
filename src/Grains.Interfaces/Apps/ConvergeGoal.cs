using System.Collections.Immutable;
using Palisade.Domain.Apps;

namespace Palisade.Grains.Apps;

/// <summary>What the converger works toward, and whether a rollout or a deletion is under way.</summary>
[GenerateSerializer, Immutable, Alias("palisade.converge-goal")]
public sealed record ConvergeGoal
{
    [Id(0)]
    public required AppView App { get; init; }

    [Id(1)]
    public required Deployment Desired { get; init; }

    /// <summary>Build of the desired release; "" when there is none.</summary>
    [Id(2)]
    public required string Build { get; init; }

    [Id(3)]
    public required int EnvironmentVersion { get; init; }

    /// <summary>Build of the release that serves now; "" when there is none.</summary>
    [Id(4)]
    public required string CurrentBuild { get; init; }

    [Id(5)]
    public required int CurrentEnvironmentVersion { get; init; }
}
