using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of leaf and leaf_node: the tree of each log.</summary>
internal static class LeafTable
{
    /// <summary>Moves waiting entries, in their order, to the end of the log.</summary>
    public static void Insert(WriteSession session, LogGrowth growth, long last, int count)
    {
        var log = growth.Log;
        // One statement each for all of them: their hashes come as one parameter, cut up in their order.
        var inserted = session
            .Prepare(
                $"""
                INSERT INTO leaf (org, idx, hash, stream, seq)
                SELECT org, ?1 + place, substr(?2, place * {Merkle.HashBytes} + 1, {Merkle.HashBytes}), stream, seq
                FROM (SELECT org, stream, seq, row_number() OVER (ORDER BY n) - 1 AS place FROM unsealed
                    WHERE org = ?3 AND n <= ?4)
                """
            )
            .Add(log.Size)
            .AddBlob(growth.Leaves)
            .Add(log.Org)
            .Add(last)
            .Run();
        var deleted = session.Prepare("DELETE FROM unsealed WHERE org = ? AND n <= ?").Add(log.Org).Add(last).Run();
        if (inserted != count || deleted != count)
        {
            throw new InvalidOperationException(
                $"{count} entries of '{log.Org}' were to be sealed, and {inserted} waited."
            );
        }
    }

    public static void InsertNode(WriteSession session, string org, MerkleNode node, byte[] hash) =>
        session
            .Prepare("INSERT INTO leaf_node (org, height, idx, hash) VALUES (?, ?, ?, ?)")
            .Add(org)
            .Add(node.Height)
            .Add(node.Index)
            .AddBlob(hash)
            .Run();

    public static long? IndexOf(Connection connection, string stream, long seq)
    {
        using var row = connection.Prepare("SELECT idx FROM leaf WHERE stream = ? AND seq = ?").Add(stream).Add(seq);
        return row.Step() ? row.Int64(0) : null;
    }

    /// <summary>The hash of a full subtree, from the next lower level that is kept.</summary>
    public static byte[] HashOf(Connection connection, string org, MerkleNode node)
    {
        var kept = KeptHashes.Below(node);
        var row =
            kept.Height == 0
                ? connection
                    .Prepare("SELECT hash FROM leaf WHERE org = ? AND idx >= ? AND idx < ? ORDER BY idx")
                    .Add(org)
                : connection
                    .Prepare(
                        "SELECT hash FROM leaf_node WHERE org = ? AND height = ? AND idx >= ? AND idx < ? ORDER BY idx"
                    )
                    .Add(org)
                    .Add(kept.Height);
        return kept.Join(org, row.Add(kept.First).Add(kept.End).All(hash => hash.Blob(0)));
    }

    public static List<LogEntry> Entries(Connection connection, string org, long from, int limit) =>
        connection
            .Prepare(
                $"""
                SELECT {LogEntryRow.Columns} FROM leaf l {LogEntryRow.Entry}
                WHERE l.org = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?
                """
            )
            .Add(org)
            .Add(from)
            .Add(limit)
            .All(LogEntryRow.Read);

    public static LogEntry? Entry(Connection connection, string org, long index) =>
        Entries(connection, org, index, 1).FirstOrDefault(entry => entry.Index == index);
}
