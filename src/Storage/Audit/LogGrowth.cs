using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>A log with more leaves than before: everything that a seal writes, worked out ahead of it.</summary>
/// <param name="Log">As it is before.</param>
/// <param name="Leaves">Hashes of the new leaves, one after the other.</param>
/// <param name="Nodes">Full subtrees that are kept, and that these leaves completed.</param>
internal sealed record LogGrowth(
    LogHead Log,
    byte[] Leaves,
    MerkleFrontier Frontier,
    IReadOnlyList<(MerkleNode Node, byte[] Hash)> Nodes
)
{
    public Checkpoint Checkpoint { get; } = new(Log.Origin, Frontier.Size, Frontier.Root());

    /// <param name="hashes">Of the entries, one after the other, in the order of their leaves.</param>
    public static LogGrowth Of(LogRow log, ReadOnlySpan<byte> hashes)
    {
        var (leaves, nodes) = (new byte[hashes.Length], new List<(MerkleNode, byte[])>());
        Merkle.Leaves(hashes, leaves);
        log.Frontier.Append(
            leaves,
            (node, hash) =>
            {
                if (KeptHashes.AreOf(node))
                {
                    nodes.Add((node, hash.ToArray()));
                }
            }
        );
        return new(log.Head, leaves, log.Frontier, nodes);
    }
}
