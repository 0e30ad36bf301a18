using Palisade.Domain.Kernel;

namespace Palisade.Grains.Jobs;

/// <summary>Why nothing can be done with a job.</summary>
public static class JobProblems
{
    public static NotFound NotFound { get; } = new("job.not_found", "there is no such job, or it is not kept any more");

    public static Conflict NotDead { get; } =
        new("job.not_dead", "it was not given up")
        {
            Suggestion = "only a job whose attempts are used up is run again",
        };

    public static Conflict BuildOver { get; } =
        new("job.over", "its build has failed for good") { Suggestion = "build it again" };

    public static Conflict ChangeOver { get; } = new("job.over", "it is not under way any more");
}
