using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Jobs;

/// <summary>What sort of work a job is, as people call it.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Label">On pages.</param>
/// <param name="Joint">Between that and what the job is about.</param>
public sealed record JobSort(string Name, string Label, string Joint = " of ")
{
    private static readonly JobSort Other = new("other", "Maintenance");

    private static readonly ImmutableArray<(Operation Operation, JobSort Sort)> Known =
    [
        (Operations.BuildCreate, new("build", "Build", " ")),
        (Operations.BuildImport, new("import", "Import of build", " ")),
        (Operations.ReleasePromote, new("promote", "Promotion")),
        (Operations.ReleaseRollback, new("rollback", "Rollback", " as ")),
        (Operations.ServiceScale, new("scale", "Scaling")),
        (Operations.ServiceRestart, new("restart", "Restart")),
        (Operations.AppCreate, new("create", "Creation")),
        (Operations.AppDelete, new("delete", "Deletion")),
        (Operations.AppConverge, new("repair", "Repair")),
        (Operations.AppPrune, new("prune", "Clean-up")),
        (Operations.RackConverge, new("rack", "Change of the rack")),
    ];

    private static readonly ImmutableDictionary<string, JobSort> ByOperation = Known.ToImmutableDictionary(
        known => known.Operation.Name,
        known => known.Sort,
        StringComparer.Ordinal
    );

    /// <summary>What a reader chooses from.</summary>
    public static ImmutableArray<JobSort> All { get; } = [.. Known.Select(known => known.Sort), Other];

    public static JobSort Of(JobDraft job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return ByOperation.GetValueOrDefault(job.Operation, Other);
    }
}
