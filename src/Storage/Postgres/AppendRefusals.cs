using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>Says why an append can't be committed: its statements only refuse, and this looks why.</summary>
internal sealed class AppendRefusals(Database database, StreamHeads heads, TimeProvider clock)
{
    /// <summary>The first reason that there is now, or null.</summary>
    public async Task<AppendResult?> FindAsync(AppendWork work)
    {
        var append = work.Prepared.Append;
        if (
            append.Idempotency is { } idempotency
            && await FindAnswerAsync(idempotency.Key, CancellationToken.None) is { } answer
        )
        {
            return new AlreadyDone(answer);
        }

        foreach (var fence in append.Fences)
        {
            if (!await AnyAsync(JobStatements.IsCurrent(fence)))
            {
                return new Fenced(fence.JobId);
            }
        }

        foreach (var job in append.RetryJobs)
        {
            if (!await AnyAsync(JobStatements.IsDead(append.Org, job)))
            {
                return new Fenced(job);
            }
        }

        var expectations = work.Prepared.Expectations().ToList();
        if (expectations.Count > 0)
        {
            var read = await heads.ReadAsync(
                expectations.Select(expectation => expectation.Stream.Value),
                CancellationToken.None
            );
            foreach (var (stream, expected) in expectations)
            {
                var head = read.GetValueOrDefault(stream.Value, Head.None).Seq;
                if (expected is not null && head != expected)
                {
                    return new HeadMoved(stream, head);
                }
            }
        }

        var limits = append
            .Limits.Select(limit => (limit.Kind, limit.Below, Count: ViewStatements.Count(append.Org, limit.Kind, "")))
            .Concat(
                append.JobLimits.Select(limit =>
                    (limit.Kind, limit.Below, Count: JobStatements.CountOpen(append.Org, limit.Kind))
                )
            );
        foreach (var (kind, below, count) in limits)
        {
            if (await database.FirstAsync(count, row => row.Int64(0), CancellationToken.None) >= below)
            {
                return new LimitReached(kind);
            }
        }

        return null;
    }

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken) =>
        database.FirstAsync(
            Statement
                .Of("SELECT answer FROM idempotency WHERE key = $1 AND expires > $2")
                .Add(key)
                .Add(StoreTime.Now(clock)),
            row => row.Text(0),
            cancellationToken
        );

    private async Task<bool> AnyAsync(Statement statement) =>
        (await database.ReadAsync(statement, _ => true, CancellationToken.None)).Count > 0;
}
