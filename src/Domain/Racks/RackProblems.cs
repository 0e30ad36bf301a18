using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>Refusals about racks.</summary>
public static class RackProblems
{
    public static NotFound NotFound(RackRef rack) =>
        new("rack.not_found", $"no such rack: {rack}") { Suggestion = "convox racks lists yours" };

    /// <summary>What must not happen beside a build has to wait.</summary>
    public static Unavailable Building(RackRef rack) => new("rack.building", $"rack {rack} is building");
}
