using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Jobs;

/// <summary>A job's draft as stored. Refuses secrets as events do.</summary>
internal static class JobJson
{
    public static string Write(JobDraft job) => JsonSerializer.Serialize(job, EventJson.Options);

    public static JobDraft Read(string json) => JsonSerializer.Deserialize<JobDraft>(json, EventJson.Options)!;
}
