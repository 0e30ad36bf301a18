using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteAuditLog(Writer writer, ReadPool readers) : IAuditLog
{
    private const int OriginBytes = 8;

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
        var leaves = new byte[waiting.Count * Merkle.HashBytes];
        Merkle.Leaves(waiting.Hashes, leaves);
        var (frontier, nodes) = (log.Frontier, new List<(MerkleNode Node, byte[] Hash)>());
        frontier.Append(
            leaves,
            (node, hash) =>
            {
                if (node.Height % LeafTable.LevelHeight == 0)
                {
                    nodes.Add((node, hash.ToArray()));
                }
            }
        );
        var checkpoint = new Checkpoint(log.Head.Origin, frontier.Size, frontier.Root());
        var note = await signer.SignAsync(checkpoint, cancellationToken);
        return await writer.WriteAsync(
            session =>
            {
                // INVARIANT: one log grows in one line. Whoever comes second with the same size changes nothing and
                // looks again.
                if (!LogTable.Grow(session, log.Head, frontier))
                {
                    return new Sealing(0, true);
                }

                LeafTable.Insert(session, log.Head, leaves, waiting.Last, waiting.Count);
                nodes.ForEach(item => LeafTable.InsertNode(session, org, item.Node, item.Hash));
                CheckpointTable.Insert(session, org, checkpoint, note);
                session.Notify(IAuditLog.Topic("sealed", org), frontier.Size);
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
            db =>
                [
                    .. indexes.SelectMany(index =>
                        LeafTable.Entries(db, org, index, 1).Where(entry => entry.Index == index)
                    ),
                ],
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
        [.. await readers.ReadLongAsync(LogCheck.All, cancellationToken)];

    private async Task<LogRow> LogAsync(string org, CancellationToken cancellationToken) =>
        await readers.ReadAsync(db => LogTable.Find(db, org), cancellationToken)
        ?? await writer.WriteAsync(
            session =>
                LogTable.FindOrCreate(
                    session,
                    org,
                    RandomNumberGenerator.GetHexString(2 * OriginBytes, lowercase: true)
                ),
            cancellationToken
        );
}
