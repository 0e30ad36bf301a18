using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of leaf and leaf_node: the tree of each log.</summary>
internal static class LeafTable
{
    /// <summary>Of full subtrees, those are kept whose height is a multiple of it.</summary>
    public const int LevelHeight = 8;

    /// <summary>Moves waiting entries, in their order, to the end of the log.</summary>
    public static void Insert(WriteSession session, LogHead log, ReadOnlySpan<byte> hashes, long last, int count)
    {
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
            .AddBlob(hashes)
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
        var above = node.Height % LevelHeight;
        var (level, first, count) = (node.Height - above, node.Index << above, 1 << above);
        using var row =
            level == 0
                ? connection
                    .Prepare("SELECT hash FROM leaf WHERE org = ? AND idx >= ? AND idx < ? ORDER BY idx")
                    .Add(org)
                    .Add(first)
                    .Add(first + count)
                : connection
                    .Prepare(
                        "SELECT hash FROM leaf_node WHERE org = ? AND height = ? AND idx >= ? AND idx < ? ORDER BY idx"
                    )
                    .Add(org)
                    .Add(level)
                    .Add(first)
                    .Add(first + count);
        var (hashes, found) = (new byte[count * Merkle.HashBytes], 0);
        for (; row.Step(); found++)
        {
            row.Blob(0).CopyTo(hashes, found * Merkle.HashBytes);
        }

        if (found != count)
        {
            throw new InvalidDataException(
                $"The log of '{org}' lacks hashes below height {node.Height}, index {node.Index}."
            );
        }

        var subtree = new MerkleFrontier();
        subtree.Append(hashes);
        return subtree.Root();
    }

    public static List<LogEntry> Entries(Connection connection, string org, long from, int limit)
    {
        using var row = connection
            .Prepare(
                """
                SELECT l.idx, l.stream, l.seq, j.at, j.prev_hash, j.hash, b.body, e.by,
                    j.actor, j.operation, j.resource, j.result
                FROM leaf l JOIN journal j ON j.stream = l.stream AND j.seq = l.seq
                LEFT JOIN journal_body b ON b.stream = l.stream AND b.seq = l.seq
                LEFT JOIN erased_body e ON b.body IS NULL AND e.stream = l.stream AND e.seq = l.seq
                WHERE l.org = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?
                """
            )
            .Add(org)
            .Add(from)
            .Add(limit);
        var entries = new List<LogEntry>();
        while (row.Step())
        {
            entries.Add(
                new()
                {
                    Index = row.Int64(0),
                    Stream = new(row.Text(1)),
                    Seq = row.Int64(2),
                    At = row.Time(3),
                    PreviousHash = ImmutableArray.Create(row.Blob(4)),
                    Hash = ImmutableArray.Create(row.Blob(5)),
                    Body = row.IsNull(6) ? default(ReadOnlyMemory<byte>?) : row.Blob(6),
                    ErasedBy = row.IsNull(7) ? null : row.Int64(7),
                    Facets = new(row.Text(8), row.Text(9), row.Text(10), row.Text(11)),
                }
            );
        }

        return entries;
    }
}
