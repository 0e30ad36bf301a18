using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Builds each log's tree again from the journal and compares everything that is kept of it.</summary>
internal sealed class LogCheck(Connection connection, string org)
{
    private const int Page = 1024;

    private readonly MerkleFrontier _frontier = new();
    private readonly Dictionary<MerkleNode, byte[]> _nodes = [];
    private readonly List<LogFault> _faults = [];

    public static List<LogFault> All(Connection connection)
    {
        var faults = new List<LogFault>();
        foreach (var org in LogTable.Orgs(connection))
        {
            // Sealing goes on meanwhile: leaves and the checkpoint that covers them are seen together or not at all.
            faults.AddRange(connection.AtOneMoment(new LogCheck(connection, org).Run));
        }

        faults.AddRange(Homeless(connection));
        return faults;
    }

    private List<LogFault> Run()
    {
        foreach (var (size, root, note) in Checkpoints())
        {
            Grow(size);
            if (
                _frontier.Size != size
                || !root.AsSpan().SequenceEqual(_frontier.Root())
                || !SignedNote.TryParse(note, out var signed)
                || !Checkpoint.TryParse(signed.Text, out var checkpoint)
                || checkpoint.Size != size
                || !checkpoint.Root.Span.SequenceEqual(root)
            )
            {
                Fault(size, "the checkpoint of this size is not of these leaves");
            }
        }

        var covered = _frontier.Size;
        Grow(long.MaxValue);
        if (_frontier.Size != covered)
        {
            Fault(covered, "no checkpoint covers the leaves from here on");
        }

        var log = LogTable.Find(connection, org)!;
        if (log.Head.Size != _frontier.Size || !log.Frontier.Root().AsSpan().SequenceEqual(_frontier.Root()))
        {
            Fault(log.Head.Size, "the log's own row names another tree");
        }

        CheckNodes();
        CheckErasures();
        return _faults;
    }

    private void Grow(long size)
    {
        while (_frontier.Size < size)
        {
            using var row = connection
                .Prepare(
                    """
                    SELECT l.idx, l.hash, j.hash FROM leaf l LEFT JOIN journal j ON j.stream = l.stream
                        AND j.seq = l.seq AND j.org = l.org
                    WHERE l.org = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?
                    """
                )
                .Add(org)
                .Add(_frontier.Size)
                .Add(Math.Min(Page, size - _frontier.Size));
            var any = false;
            for (; row.Step(); any = true)
            {
                var (index, leaf) = (row.Int64(0), row.Blob(1));
                if (index != _frontier.Size || row.IsNull(2) || !leaf.AsSpan().SequenceEqual(Merkle.Leaf(row.Blob(2))))
                {
                    Fault(
                        index,
                        index != _frontier.Size
                            ? $"leaf {_frontier.Size} is missing"
                            : "the leaf is not that of its entry"
                    );
                    return;
                }

                _frontier.Append(
                    leaf,
                    (node, hash) =>
                    {
                        if (node.Height % LeafTable.LevelHeight == 0)
                        {
                            _nodes.Add(node, hash.ToArray());
                        }
                    }
                );
            }

            if (!any)
            {
                return;
            }
        }
    }

    private List<(long Size, byte[] Root, string Note)> Checkpoints()
    {
        using var row = connection
            .Prepare("SELECT size, root, note FROM checkpoint WHERE org = ? ORDER BY size")
            .Add(org);
        var found = new List<(long, byte[], string)>();
        while (row.Step())
        {
            found.Add((row.Int64(0), row.Blob(1), row.Text(2)));
        }

        return found;
    }

    private void CheckNodes()
    {
        using var row = connection.Prepare("SELECT height, idx, hash FROM leaf_node WHERE org = ?").Add(org);
        while (row.Step())
        {
            var node = new MerkleNode(row.Int32(0), row.Int64(1));
            if (!_nodes.Remove(node, out var hash) || !hash.AsSpan().SequenceEqual(row.Blob(2)))
            {
                Fault(
                    node.Index << node.Height,
                    $"the kept hash of height {node.Height} from here on is not that of the leaves"
                );
            }
        }

        foreach (var node in _nodes.Keys)
        {
            Fault(node.Index << node.Height, $"the hash of height {node.Height} from here on is not kept");
        }
    }

    private void CheckErasures()
    {
        foreach (var group in RetentionTable.Erased(connection, org).GroupBy(item => item.By, item => item.Entry))
        {
            var record = LeafTable
                .Entries(connection, org, group.Key, 1)
                .FirstOrDefault(entry => entry.Index == group.Key);
            if (
                record?.Body is not { } body
                || !RetentionNotice.TryParse(body.Span, out var notice)
                || notice != new ErasureBatch(org, [.. group]).Notice()
            )
            {
                Fault(group.First().Index, $"its body is gone, and record {group.Key} does not speak of that");
            }
        }
    }

    // Each entry waits or has a place. That it has not two is what the index of leaf keeps.
    private static IEnumerable<LogFault> Homeless(Connection connection)
    {
        using var row = connection.Prepare(
            """
            SELECT j.org, j.stream, j.seq, EXISTS (SELECT 1 FROM leaf l WHERE l.stream = j.stream
                AND l.seq = j.seq) AS placed, u.n IS NOT NULL AS waits
            FROM journal j LEFT JOIN unsealed u ON u.org = j.org AND u.stream = j.stream AND u.seq = j.seq
            WHERE placed = waits LIMIT 100
            """
        );
        var faults = new List<LogFault>();
        while (row.Step())
        {
            faults.Add(
                new(
                    row.Text(0),
                    -1,
                    $"{row.Text(1)} entry {row.Int64(2)} {(row.Int32(3) == 1 ? "has a place and waits for one" : "is not in the log and does not wait")}"
                )
            );
        }

        return faults;
    }

    private void Fault(long index, string why) => _faults.Add(new(org, index, why));
}
