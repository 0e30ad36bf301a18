using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteRetention(Writer writer, ReadPool readers) : IRetention
{
    public async Task<ErasureBatch?> NextAsync(
        string org,
        DateTimeOffset olderThan,
        long from,
        CancellationToken cancellationToken = default
    )
    {
        var entries = await readers.ReadLongAsync(
            db => RetentionTable.Next(db, org, olderThan, from, IRetention.MaxBatch),
            cancellationToken
        );
        return entries.Count == 0 ? null : new(org, entries);
    }

    public Task<bool> EraseAsync(
        ErasureBatch batch,
        long by,
        ReadGuard guard,
        JobDraft then,
        CancellationToken cancellationToken = default
    ) =>
        writer.WriteAsync(
            session =>
            {
                var connection = session.Connection;
                if (
                    session.Head(guard.Stream.Value).Seq != guard.Head
                    || batch.Entries.Any(entry => RetentionTable.IsErased(connection, entry))
                )
                {
                    return false;
                }

                if (
                    !batch.IsSpokenOfBy(LeafTable.Entry(connection, batch.Org, by))
                    || !(CheckpointTable.Find(connection, batch.Org, null)?.Size > by)
                )
                {
                    throw batch.NotSpokenOf(by);
                }

                connection.DeleteSecurely(() =>
                {
                    foreach (var entry in batch.Entries)
                    {
                        RetentionTable.Erase(session, entry, by);
                    }
                });
                JobTable.Enqueue(session, then, JobJson.Write(then, key: null));
                return true;
            },
            cancellationToken
        );

    public Task<bool> ScrubAsync(CancellationToken cancellationToken = default) =>
        writer.CheckpointAsync(cancellationToken);

    public async Task<IReadOnlyList<string>> VisitorDaysAsync(
        string org,
        DateOnly before,
        CancellationToken cancellationToken = default
    ) =>
        await readers.ReadAsync(
            db => DataKeyTable.Between(db, PersonScope.Visitors(org), PersonScope.OfVisitors(org, before)),
            cancellationToken
        );
}
