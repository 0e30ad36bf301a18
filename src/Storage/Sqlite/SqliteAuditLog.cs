using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteAuditLog(Writer writer, ReadPool readers) : IAuditLog
{
    public async Task<ImmutableArray<string>> LogsAsync(CancellationToken cancellationToken = default) =>
        [.. await readers.ReadAsync(LogTable.Orgs, cancellationToken)];

    public async Task<LogHead> OpenAsync(string org, CancellationToken cancellationToken = default) =>
        (await LogAsync(org, cancellationToken)).Head;

    public async Task<Sealing> SealAsync(
        string org,
        ICheckpointSigner signer,
        CancellationToken cancellationToken = default
    )
    {
        var log = await LogAsync(org, cancellationToken);
        var waiting = await readers.ReadAsync(
            db => UnsealedTable.First(db, org, Sealing.MaxEntries),
            cancellationToken
        );
        if (waiting.Count == 0)
        {
            return new(0, false);
        }

        // All that costs is done here; the writer only moves rows.
        var growth = LogGrowth.Of(log, waiting.Hashes);
        var note = await signer.SignAsync(growth.Checkpoint, cancellationToken);
        return await writer.WriteAsync(
            session =>
            {
                // INVARIANT: one log grows in one line. Whoever comes second with the same size changes nothing and
                // looks again.
                if (!LogTable.Grow(session, growth))
                {
                    return new Sealing(0, true);
                }

                LeafTable.Insert(session, growth, waiting.Last, waiting.Count);
                foreach (var (node, hash) in growth.Nodes)
                {
                    LeafTable.InsertNode(session, org, node, hash);
                }

                CheckpointTable.Insert(session, org, growth.Checkpoint, note);
                session.Notify(IAuditLog.Topic("sealed", org), growth.Frontier.Size);
                return new Sealing(waiting.Count, waiting.Count == Sealing.MaxEntries);
            },
            cancellationToken
        );
    }

    public Task<StoredCheckpoint?> CheckpointAsync(
        string org,
        long? size = null,
        CancellationToken cancellationToken = default
    ) => readers.ReadAsync(db => CheckpointTable.Find(db, org, size), cancellationToken);

    public async Task<ImmutableArray<PublishedNote>> NotesAsync(
        string org,
        long after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return [.. await readers.ReadAsync(db => CheckpointTable.Notes(db, org, after, limit), cancellationToken)];
    }

    public async Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        long from,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return [.. await readers.ReadLongAsync(db => LeafTable.Entries(db, org, from, limit), cancellationToken)];
    }

    public async Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(indexes.Length, 1000);
        return await readers.ReadAsync<ImmutableArray<LogEntry>>(
            db => [.. indexes.Select(index => LeafTable.Entry(db, org, index)).OfType<LogEntry>()],
            cancellationToken
        );
    }

    public Task<long?> IndexOfAsync(StreamId stream, long seq, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(db => LeafTable.IndexOf(db, stream.Value, seq), cancellationToken);

    public Task<ImmutableArray<byte[]>> HashesAsync(
        string org,
        ImmutableArray<MerkleSpan> spans,
        CancellationToken cancellationToken = default
    ) =>
        readers.ReadAsync<ImmutableArray<byte[]>>(
            db => [.. spans.Select(span => span.Hash(node => LeafTable.HashOf(db, org, node)))],
            cancellationToken
        );

    public async Task<ImmutableArray<LogFault>> VerifyAsync(CancellationToken cancellationToken = default) =>
        [.. await readers.ReadLongAsync(Faults, cancellationToken)];

    internal static List<LogFault> Faults(Connection connection)
    {
        // Sealing goes on meanwhile: leaves and the checkpoint that covers them are seen together or not at all.
        var faults = LogTable
            .Orgs(connection)
            .SelectMany(org => connection.AtOneMoment(new LogCheck(org, new SqliteLogRows(connection, org)).Run))
            .ToList();
        faults.AddRange(connection.Prepare(LogCheck.FindHomeless).All(LogCheck.Homeless));
        return faults;
    }

    private async Task<LogRow> LogAsync(string org, CancellationToken cancellationToken) =>
        await readers.ReadAsync(db => LogTable.Find(db, org), cancellationToken)
        ?? await writer.WriteAsync(session => LogTable.FindOrCreate(session, org), cancellationToken);
}
