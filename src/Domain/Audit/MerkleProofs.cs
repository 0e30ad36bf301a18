using System.Collections.Immutable;
using System.Numerics;

namespace Palisade.Domain.Audit;

/// <summary>
/// Proofs of RFC 6962, section 2.1: what they are made of, and whether they hold (the algorithms of RFC 9162, 2.1.3 and
/// 2.1.4).
/// </summary>
public static class MerkleProofs
{
    /// <summary>
    /// The subtrees whose hashes prove that leaf <paramref name="index"/> is in the tree of that size, in the order of
    /// the proof.
    /// </summary>
    public static ImmutableArray<MerkleSpan> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = ImmutableArray.CreateBuilder<MerkleSpan>();
        var (begin, end) = (0L, size);
        while (end - begin > 1)
        {
            var middle = begin + Split(end - begin);
            path.Add(index < middle ? new(middle, end) : new(begin, middle));
            (begin, end) = index < middle ? (begin, middle) : (middle, end);
        }

        path.Reverse();
        return path.ToImmutable();
    }

    /// <summary>
    /// The subtrees whose hashes prove that the tree of size <paramref name="second"/> begins with that of size
    /// <paramref name="first"/>.
    /// </summary>
    public static ImmutableArray<MerkleSpan> Consistency(long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        var path = ImmutableArray.CreateBuilder<MerkleSpan>();
        if (first == 0)
        {
            return [];
        }

        var (begin, end) = (0L, second);
        while (first != end)
        {
            var middle = begin + Split(end - begin);
            path.Add(first <= middle ? new(middle, end) : new(begin, middle));
            (begin, end) = first <= middle ? (begin, middle) : (middle, end);
        }

        // The whole first tree is known to who asks; any other subtree that it ends with is not.
        if (begin > 0)
        {
            path.Add(new(begin, end));
        }

        path.Reverse();
        return path.ToImmutable();
    }

    public static bool IsIncluded(byte[] leaf, long index, long size, IReadOnlyList<byte[]> proof, byte[] root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size)
        {
            return false;
        }

        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            hash = IsRight(ref node, ref last) ? Merkle.Node(sibling, hash) : Merkle.Node(hash, sibling);
            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    public static bool IsConsistent(
        long first,
        long second,
        byte[] firstRoot,
        byte[] secondRoot,
        IReadOnlyList<byte[]> proof
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (first < 0 || first > second)
        {
            return false;
        }

        if (first == 0 || first == second)
        {
            var expected = first == 0 ? Merkle.EmptyRoot() : secondRoot;
            return proof.Count == 0 && expected.AsSpan().SequenceEqual(firstRoot);
        }

        IReadOnlyList<byte[]> path = BitOperations.IsPow2(first) ? [firstRoot, .. proof] : proof;
        if (path.Count == 0)
        {
            return false;
        }

        var shift = BitOperations.TrailingZeroCount(first);
        var (node, last) = ((first - 1) >> shift, (second - 1) >> shift);
        var (before, after) = (path[0], path[0]);
        foreach (var sibling in path.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if (IsRight(ref node, ref last))
            {
                (before, after) = (Merkle.Node(sibling, before), Merkle.Node(sibling, after));
            }
            else
            {
                after = Merkle.Node(after, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && before.AsSpan().SequenceEqual(firstRoot) && after.AsSpan().SequenceEqual(secondRoot);
    }

    /// <summary>
    /// Whether the next sibling is on the left; a last node without a sibling of its own height goes up to where it has
    /// one.
    /// </summary>
    private static bool IsRight(ref long node, ref long last)
    {
        if ((node & 1) == 0 && node != last)
        {
            return false;
        }

        for (; (node & 1) == 0 && node != 0; node >>= 1)
        {
            last >>= 1;
        }

        return true;
    }

    /// <summary>The largest power of two below a size.</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
