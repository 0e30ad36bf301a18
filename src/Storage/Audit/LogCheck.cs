using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>Builds a log's tree again from the journal and compares everything that is kept of it.</summary>
internal sealed class LogCheck(string org, ILogRows rows)
{
    /// <summary>
    /// Finds what <see cref="Homeless"/> reads: each entry waits or has a place. That it has not two is what the index
    /// of leaf keeps. The organization is compared as an expression, so that the embedded database indexes those that
    /// wait by stream: by their key it would look at all of them for each entry.
    /// </summary>
    public const string FindHomeless = """
        SELECT org, stream, seq, CASE WHEN placed THEN 1 ELSE 0 END FROM (
            SELECT j.org, j.stream, j.seq, u.n IS NOT NULL AS waits,
                EXISTS (SELECT 1 FROM leaf l WHERE l.stream = j.stream AND l.seq = j.seq) AS placed
            FROM journal j LEFT JOIN unsealed u ON u.org || '' = j.org AND u.stream = j.stream AND u.seq = j.seq) entry
        WHERE placed = waits LIMIT 100
        """;

    private const int Page = 1024;

    private readonly MerkleFrontier _frontier = new();
    private readonly Dictionary<MerkleNode, byte[]> _nodes = [];
    private readonly List<LogFault> _faults = [];

    public static LogFault Homeless(IRow row) =>
        new(
            row.Text(0),
            -1,
            $"{row.Text(1)} entry {row.Int64(2)} {(row.Int32(3) == 1 ? "has a place and waits for one" : "is not in the log and does not wait")}"
        );

    public List<LogFault> Run()
    {
        foreach (var kept in rows.Checkpoints())
        {
            Grow(kept.Size);
            if (
                _frontier.Size != kept.Size
                || !kept.Root.AsSpan().SequenceEqual(_frontier.Root())
                || !SignedNote.TryParse(kept.Note, out var signed)
                || !Checkpoint.TryParse(signed.Text, out var checkpoint)
                || checkpoint.Size != kept.Size
                || !checkpoint.Root.Span.SequenceEqual(kept.Root)
            )
            {
                Fault(kept.Size, "the checkpoint of this size is not of these leaves");
            }
        }

        var covered = _frontier.Size;
        Grow(long.MaxValue);
        if (_frontier.Size != covered)
        {
            Fault(covered, "no checkpoint covers the leaves from here on");
        }

        var log = rows.Log();
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
            var leaves = rows.Leaves(_frontier.Size, Math.Min(Page, size - _frontier.Size));
            foreach (var leaf in leaves)
            {
                if (
                    leaf.Index != _frontier.Size
                    || leaf.Entry is null
                    || !leaf.Hash.AsSpan().SequenceEqual(Merkle.Leaf(leaf.Entry))
                )
                {
                    Fault(
                        leaf.Index,
                        leaf.Index != _frontier.Size
                            ? $"leaf {_frontier.Size} is missing"
                            : "the leaf is not that of its entry"
                    );
                    return;
                }

                _frontier.Append(leaf.Hash, Completed);
            }

            if (leaves.Count == 0)
            {
                return;
            }
        }
    }

    private void Completed(MerkleNode node, ReadOnlySpan<byte> hash)
    {
        if (KeptHashes.AreOf(node))
        {
            _nodes.Add(node, hash.ToArray());
        }
    }

    private void CheckNodes()
    {
        foreach (var (node, kept) in rows.Nodes())
        {
            if (!_nodes.Remove(node, out var hash) || !hash.AsSpan().SequenceEqual(kept))
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
        foreach (var group in rows.Erased().GroupBy(item => item.By, item => item.Entry))
        {
            if (!new ErasureBatch(org, [.. group]).IsSpokenOfBy(rows.Entry(group.Key)))
            {
                Fault(group.First().Index, $"its body is gone, and record {group.Key} does not speak of that");
            }
        }
    }

    private void Fault(long index, string why) => _faults.Add(new(org, index, why));
}
