using Palisade.Domain.Kernel;

namespace Palisade.Domain.Builds;

/// <summary>Refusals about builds.</summary>
public static class BuildProblems
{
    public static NotFound NotFound(string id) =>
        new("build.not_found", $"no such build: {Printable.Of(id)}") { Suggestion = "convox builds lists the newest" };

    public static NotFound Pruned(string id) =>
        new("build.pruned", $"build {Printable.Of(id)} was pruned: no release that is kept is of it")
        {
            Suggestion = "deploy its source again",
        };

    /// <summary>Too late to cancel it.</summary>
    public static Conflict Over(BuildState build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new("build.over", $"build {build.Id} is {build.Status} already")
        {
            Suggestion =
                build.Status == BuildStatus.Complete
                    ? $"its release {build.Release} runs only once it is promoted"
                    : null,
        };
    }
}
