using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteLogRows(Connection connection, string org) : ILogRows
{
    public LogRow Log() => LogTable.Find(connection, org)!;

    public List<KeptCheckpoint> Checkpoints() =>
        connection
            .Prepare("SELECT size, root, note FROM checkpoint WHERE org = ? ORDER BY size")
            .Add(org)
            .All(KeptCheckpoint.Read);

    public List<KeptLeaf> Leaves(long from, long limit) =>
        connection
            .Prepare(
                """
                SELECT l.idx, l.hash, j.hash FROM leaf l LEFT JOIN journal j ON j.stream = l.stream
                    AND j.seq = l.seq AND j.org = l.org
                WHERE l.org = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?
                """
            )
            .Add(org)
            .Add(from)
            .Add(limit)
            .All(KeptLeaf.Read);

    public List<(MerkleNode Node, byte[] Hash)> Nodes() =>
        connection
            .Prepare("SELECT height, idx, hash FROM leaf_node WHERE org = ?")
            .Add(org)
            .All(row => (new MerkleNode(row.Int32(0), row.Int64(1)), row.Blob(2)));

    public List<(long By, ErasableEntry Entry)> Erased() => RetentionTable.Erased(connection, org);

    public LogEntry? Entry(long index) => LeafTable.Entry(connection, org, index);
}
