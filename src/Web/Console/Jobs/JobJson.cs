using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Web.Components.Jobs;

namespace Palisade.Web.Console.Jobs;

/// <summary>A job.</summary>
/// <param name="Kind">What it does: <c>build</c>, <c>promote</c>, <c>scale</c>, <c>restart</c>, <c>rack</c>, …</param>
/// <param name="Operation">The operation that it carries out.</param>
/// <param name="Resource">On what: <c>rack/app</c>, <c>rack</c>, or "" for the organization.</param>
/// <param name="Subject">The build or release that it is about.</param>
/// <param name="Progress">How far it is, for people.</param>
/// <param name="Error">Why it failed, or why it is tried again.</param>
/// <param name="By">Who asked for it.</param>
public sealed record JobJson(
    string Id,
    string Kind,
    string Operation,
    string Resource,
    JobStatus Status,
    int Attempt,
    Principal By,
    DateTimeOffset Created,
    string? Subject = null,
    string? Progress = null,
    string? Error = null,
    DateTimeOffset? Started = null,
    DateTimeOffset? Ended = null
)
{
    internal static JobJson Of(JobLine job) =>
        new(
            job.Row.Job.Id,
            job.Sort.Name,
            job.Row.Job.Operation,
            job.Row.Job.Resource,
            job.Row.Status,
            job.Row.Attempt,
            job.By,
            job.Row.Created,
            job.Row.Job.Subject,
            job.Row.Progress,
            job.Row.LastError,
            job.Row.Started,
            job.Row.Ended
        );
}
