using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>
/// Which hashes of a log's tree are kept (in leaf and leaf_node): those next to each other from which that of a full
/// subtree is made again.
/// </summary>
/// <param name="Height">Of each of them.</param>
/// <param name="First">Index of the first of them at that height.</param>
internal readonly record struct KeptHashes(int Height, long First, int Count)
{
    /// <summary>Of full subtrees, those are kept whose height is a multiple of it.</summary>
    private const int LevelHeight = 8;

    public long End => First + Count;

    public static bool AreOf(MerkleNode node) => node.Height % LevelHeight == 0;

    public static KeptHashes Below(MerkleNode node)
    {
        var above = node.Height % LevelHeight;
        return new(node.Height - above, node.Index << above, 1 << above);
    }

    /// <summary>The hash of the subtree that these make.</summary>
    public byte[] Join(string org, IReadOnlyCollection<byte[]> hashes)
    {
        if (hashes.Count != Count)
        {
            throw new InvalidDataException(
                $"The log of '{org}' has {hashes.Count} of {Count} hashes of height {Height} from {First} on."
            );
        }

        var subtree = new MerkleFrontier();
        subtree.Append(hashes.SelectMany(hash => hash).ToArray());
        return subtree.Root();
    }
}
