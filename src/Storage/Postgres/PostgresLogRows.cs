using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresLogRows(Moment moment, string org) : ILogRows
{
    public LogRow Log() => moment.Read(LogStatements.Find(org), LogRow.Read)[0];

    public List<KeptCheckpoint> Checkpoints() =>
        moment.Read(
            Statement.Of("SELECT size, root, note FROM checkpoint WHERE org = $1 ORDER BY size").Add(org),
            KeptCheckpoint.Read
        );

    public List<KeptLeaf> Leaves(long from, long limit) =>
        moment.Read(
            Statement
                .Of(
                    """
                    SELECT l.idx, l.hash, j.hash FROM leaf l LEFT JOIN journal j ON j.stream = l.stream
                        AND j.seq = l.seq AND j.org = l.org
                    WHERE l.org = $1 AND l.idx >= $2 ORDER BY l.idx LIMIT $3
                    """
                )
                .Add(org)
                .Add(from)
                .Add(limit),
            KeptLeaf.Read
        );

    public List<(MerkleNode Node, byte[] Hash)> Nodes() =>
        moment.Read(
            Statement.Of("SELECT height, idx, hash FROM leaf_node WHERE org = $1").Add(org),
            row => (new MerkleNode(row.Int32(0), row.Int64(1)), row.Blob(2))
        );

    public List<(long By, ErasableEntry Entry)> Erased() =>
        moment.Read(RetentionStatements.Erased(org), ErasableRow.ReadErased);

    public LogEntry? Entry(long index) =>
        moment.Read(LogStatements.Entries(org, [index]), LogEntryRow.Read).FirstOrDefault();
}
