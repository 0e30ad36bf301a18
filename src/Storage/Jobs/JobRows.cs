using System.Collections.Immutable;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Jobs;

/// <summary>Rows of job. Status is stored as the number of <see cref="JobStatus"/>.</summary>
internal static class JobRows
{
    /// <summary>Ended jobs kept per organization; older ones go when another one ends.</summary>
    public const int KeptEnded = 1_000;

    public const string Columns = "draft, status, attempt, node, progress, error, cancel, created, started, ended";

    /// <summary>What the row of an attempt says that has ended so.</summary>
    public static JobStatus StatusAfter(JobEnd end) =>
        end switch
        {
            JobEnd.Done => JobStatus.Done,
            JobEnd.Failed => JobStatus.Failed,
            JobEnd.Cancelled => JobStatus.Cancelled,
            JobEnd.Dead => JobStatus.Dead,
            JobEnd.Retry => JobStatus.Queued,
            _ => throw new ArgumentOutOfRangeException(nameof(end)),
        };

    public static string Topic(string stream) => $"job/{stream}";

    public static StoredJob Read(IRow row)
    {
        var draft = JobJson.Read(row.Text(0));
        return new(
            new(
                draft.Draft,
                (JobStatus)row.Int32(1),
                row.Int32(2),
                row.TextOrNull(3),
                row.TextOrNull(4),
                row.TextOrNull(5)
            )
            {
                CancelRequested = row.Int32(6) != 0,
                Created = row.Time(7),
                Started = row.TimeOrNull(8),
                Ended = row.TimeOrNull(9),
            },
            draft
        );
    }

    public static async Task<ImmutableArray<JobRow>> OpenAsync(
        List<StoredJob> found,
        PersonKeys people,
        CancellationToken cancellationToken
    )
    {
        var rows = ImmutableArray.CreateBuilder<JobRow>(found.Count);
        foreach (var job in found)
        {
            rows.Add(await job.OpenAsync(people, cancellationToken));
        }

        return rows.MoveToImmutable();
    }
}

/// <param name="Row">Without what is personal of the job's caller.</param>
internal sealed record StoredJob(JobRow Row, StoredDraft Draft)
{
    public async ValueTask<JobRow> OpenAsync(PersonKeys people, CancellationToken cancellationToken) =>
        Row with
        {
            Job = await JobJson.OpenAsync(Draft, people, cancellationToken),
        };
}
