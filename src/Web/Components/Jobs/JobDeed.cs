using Palisade.Domain.Apps;

namespace Palisade.Web.Components.Jobs;

/// <summary>What can be done with a job, before it is done (console.md 4).</summary>
/// <param name="Name">The button says what it does to what (console.md 19).</param>
/// <param name="Consequence">For a person.</param>
/// <param name="Missing">What the reader lacks for it, as a sentence; null: nothing.</param>
public sealed record JobDeed(string Name, string Consequence, string? Missing)
{
    /// <summary>Whether it ends what is under way.</summary>
    public bool Cancels { get; init; } = true;

    public string Title => Cancels ? "It can be cancelled" : "It can be run again";

    /// <param name="job">One that was given up.</param>
    public static JobDeed OfRetry(JobLine job, string? missing)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(
            $"Run it again: {job.Title} on {job.Target}",
            $"It begins anew at once, in the name of {job.By.Name}: what they may no longer do is refused as it starts.",
            missing
        )
        {
            Cancels = false,
        };
    }

    /// <param name="job">The build that is to be cancelled.</param>
    public static JobDeed OfBuild(JobLine job, string? missing)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(
            $"Cancel build {job.Row.Job.Subject} of {job.App}",
            "The build has failed from that moment on and makes no release. What runs stays as it is.",
            missing
        );
    }

    /// <param name="app">The app whose change is to be cancelled, as it is now.</param>
    public static JobDeed OfChange(AppView app, string? missing)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Release.Length > 0
            ? new(
                $"Cancel, and keep {app.Release} on {app.Ref}",
                $"Processes that it started end, and those of {app.Release} that it ended are started again.",
                missing
            )
            : new($"Cancel the promotion on {app.Ref}", "Processes that it started end; nothing runs then.", missing);
    }
}
