using Palisade.Domain.Kernel;

namespace Palisade.Domain.Builds;

/// <summary>Refusals about builds.</summary>
public static class BuildProblems
{
    public static NotFound NotFound(string id) =>
        new("build.not_found", $"no such build: {Printable.Of(id)}") { Suggestion = "convox builds lists the newest" };
}
