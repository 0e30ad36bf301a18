using Npgsql;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Postgres;

/// <summary>Erases with a login of its own (S30), which can do nothing else.</summary>
internal sealed class PostgresRetention(
    Database database,
    PostgresStoreOptions options,
    Vacuum vacuum,
    IAuditLog log,
    CommitNews news,
    TimeProvider clock
) : IRetention
{
    public async Task<ErasureBatch?> NextAsync(
        string org,
        DateTimeOffset olderThan,
        long from,
        CancellationToken cancellationToken = default
    )
    {
        // Where little is left to erase this looks at much of the log.
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var moment = await Moment.BeginAsync(connection, cancellationToken);
        var next = RetentionStatements.Next(org, olderThan, from, IRetention.MaxBatch);
        var entries = await Task.Run(() => moment.Read(next, ErasableRow.Read), cancellationToken);
        return entries.Count == 0 ? null : new(org, entries);
    }

    public async Task<bool> EraseAsync(
        ErasureBatch batch,
        long by,
        ReadGuard guard,
        JobDraft then,
        CancellationToken cancellationToken = default
    )
    {
        // Neither the record nor the checkpoint ever goes.
        var spoken = await log.ReadAsync(batch.Org, [by], cancellationToken);
        if (
            !batch.IsSpokenOfBy(spoken.FirstOrDefault())
            || !(await log.CheckpointAsync(batch.Org, null, cancellationToken) is { } newest && newest.Size > by)
        )
        {
            throw batch.NotSpokenOf(by);
        }

        await using var source = options.Retention();
        try
        {
            var topics = await new Database(source).RunOnceAsync([
                Statement.Of("SELECT hold_head($1, $2)").Add(guard.Stream.Value).Add(guard.Head),
                .. RetentionStatements.Erase(batch, by),
                JobStatements.Enqueue([(then, JobJson.Write(then, key: null))], StoreTime.Now(clock)),
            ]);
            news.Publish([.. topics.Select(topic => new Change(topic, 0))]);
            return true;
        }
        catch (PostgresException exception) when (Fault.IsRefusal(exception))
        {
            // The stream has moved, or another erased some of it.
            return false;
        }
    }

    public Task<bool> ScrubAsync(CancellationToken cancellationToken = default) =>
        vacuum.RunAsync("journal_body", cancellationToken);

    public async Task<IReadOnlyList<string>> VisitorDaysAsync(
        string org,
        DateOnly before,
        CancellationToken cancellationToken = default
    ) =>
        await database.ReadAsync(
            DataKeyStatements.Between(PersonScope.Visitors(org), PersonScope.OfVisitors(org, before)),
            row => row.Text(0),
            cancellationToken
        );
}
