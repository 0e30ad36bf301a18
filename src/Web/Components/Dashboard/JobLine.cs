using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Dashboard;

/// <summary>Work that somebody's change led to, as the list shows it.</summary>
/// <param name="Job">The job.</param>
/// <param name="By">Who asked for it, by the name that they have now.</param>
/// <param name="Link">Where its app is.</param>
public sealed record JobLine(JobRow Job, Principal By, string Link)
{
    public AppCondition Condition =>
        Job.Status switch
        {
            JobStatus.Queued when Job.LastError is { } error => new(Tone.Warn, $"Tried again: {error}"),
            JobStatus.Queued => new(Tone.Busy, "Waits"),
            JobStatus.Running => new(Tone.Busy, Job.Progress is { Length: > 0 } progress ? progress : "Runs"),
            JobStatus.Failed => new(Tone.Bad, $"Failed: {Job.LastError}"),
            JobStatus.Dead => new(Tone.Bad, $"Given up after {Job.Attempt} attempts: {Job.LastError}"),
            _ => new(Tone.None, Job.Status.ToString()),
        };

    public DateTimeOffset Since => Job.Ended ?? Job.Started ?? Job.Created;
}
