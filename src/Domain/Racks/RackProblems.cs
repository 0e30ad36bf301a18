using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>Refusals about racks.</summary>
public static class RackProblems
{
    public static NotFound NotFound(RackRef rack) =>
        new("rack.not_found", $"no such rack: {rack}") { Suggestion = "convox racks lists yours" };

    public static Invalid EnvironmentInvalid(string environment) =>
        new("rack.environment_invalid", $"unknown environment label {Printable.Of(environment)}")
        {
            Suggestion = $"use one of {string.Join(", ", RackDecisions.Environments)}",
        };

    /// <summary>A plan that began from values that are no longer in force.</summary>
    public const string PlanStaleCode = "plan.stale";

    public static Conflict PlanStale(string parameter, string was, string now) =>
        new(PlanStaleCode, $"{parameter} is {now} now, no longer the {was} that this plan began from")
        {
            Suggestion = "read the plan again, it is the new one now",
        };

    /// <summary>What must not happen beside a build has to wait.</summary>
    public static Unavailable Building(RackRef rack) => new("rack.building", $"rack {rack} is building");
}
