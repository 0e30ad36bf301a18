using Palisade.Domain.Apps;

namespace Palisade.Web.Components.Jobs;

/// <summary>What cancelling a job would do, before it is done (console.md 4).</summary>
/// <param name="Deed">The button says what it does to what (console.md 19).</param>
/// <param name="Consequence">For a person.</param>
/// <param name="Missing">What the reader lacks for it, as a sentence; null: nothing.</param>
public sealed record JobCancel(string Deed, string Consequence, string? Missing)
{
    /// <param name="job">The build that is to be cancelled.</param>
    public static JobCancel OfBuild(JobLine job, string? missing)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(
            $"Cancel build {job.Row.Job.Subject} of {job.App}",
            "The build has failed from that moment on and makes no release. What runs stays as it is.",
            missing
        );
    }

    /// <param name="app">The app whose change is to be cancelled, as it is now.</param>
    public static JobCancel OfChange(AppView app, string? missing)
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
