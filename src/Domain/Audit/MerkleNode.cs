using System.Collections.Immutable;
using System.Numerics;

namespace Palisade.Domain.Audit;

/// <summary>
/// A full subtree: 2^<paramref name="Height"/> leaves, beginning with leaf <paramref name="Index"/> ·
/// 2^<paramref name="Height"/>.
/// </summary>
public readonly record struct MerkleNode(int Height, long Index);

/// <summary>
/// Leaves next to each other, from <paramref name="Begin"/> up to and without <paramref name="End"/>, as a tree of
/// their own.
/// </summary>
public readonly record struct MerkleSpan(long Begin, long End)
{
    /// <summary>
    /// The full subtrees that it is made of, from left to right: at most two for each bit of its length.
    /// </summary>
    public ImmutableArray<MerkleNode> Nodes()
    {
        var nodes = ImmutableArray.CreateBuilder<MerkleNode>();
        for (var at = Begin; at < End; )
        {
            var height = BitOperations.Log2((ulong)(End - at));
            if (at > 0)
            {
                height = Math.Min(height, BitOperations.TrailingZeroCount(at));
            }

            nodes.Add(new(height, at >> height));
            at += 1L << height;
        }

        return nodes.ToImmutable();
    }

    /// <summary>The hash of the tree over these leaves, from the hashes of <see cref="Nodes"/>.</summary>
    public byte[] Hash(Func<MerkleNode, byte[]> hashOf)
    {
        ArgumentNullException.ThrowIfNull(hashOf);
        var nodes = Nodes();
        if (nodes.IsEmpty)
        {
            return Merkle.EmptyRoot();
        }

        var hash = hashOf(nodes[^1]);
        for (var i = nodes.Length - 2; i >= 0; i--)
        {
            hash = Merkle.Node(hashOf(nodes[i]), hash);
        }

        return hash;
    }
}
