using System.Numerics;

namespace Palisade.Domain.Audit;

/// <summary>
/// The right edge of a growing tree: the hashes of its full subtrees, one for each bit of its size. All that is needed
/// to append leaves and to know the root; at most 63 hashes.
/// </summary>
public sealed class MerkleFrontier
{
    // Leaves reduced at once; a power of two.
    private const int MaxRun = 1024;

    private readonly List<byte[]> _peaks;

    public MerkleFrontier()
        : this(0, []) { }

    private MerkleFrontier(long size, List<byte[]> peaks) => (Size, _peaks) = (size, peaks);

    /// <summary>Told of each full subtree of at least two leaves, when its last leaf was appended.</summary>
    public delegate void NodeCompleted(MerkleNode node, ReadOnlySpan<byte> hash);

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>The hashes of the full subtrees, from left to right.</summary>
    public IReadOnlyList<byte[]> Peaks => _peaks;

    /// <summary>The edge with these hashes; null when they are not as many as a tree of that size has.</summary>
    public static MerkleFrontier? From(long size, IReadOnlyList<byte[]> peaks)
    {
        ArgumentNullException.ThrowIfNull(peaks);
        return
            size >= 0
            && peaks.Count == BitOperations.PopCount((ulong)size)
            && peaks.All(peak => peak.Length == Merkle.HashBytes)
            ? new(size, [.. peaks])
            : null;
    }

    /// <summary>Appends leaf hashes, which lie one after the other.</summary>
    public void Append(ReadOnlySpan<byte> leaves, NodeCompleted? completed = null)
    {
        Span<byte> run = stackalloc byte[MaxRun * Merkle.HashBytes];
        while (!leaves.IsEmpty)
        {
            var height = BitOperations.Log2((ulong)Math.Min(MaxRun, leaves.Length / Merkle.HashBytes));
            if (Size > 0)
            {
                height = Math.Min(height, BitOperations.TrailingZeroCount(Size));
            }

            var bytes = Merkle.HashBytes << height;
            leaves[..bytes].CopyTo(run);
            Push(Reduce(run[..bytes], height, completed), height, completed);
            leaves = leaves[bytes..];
        }
    }

    public byte[] Root()
    {
        if (_peaks.Count == 0)
        {
            return Merkle.EmptyRoot();
        }

        var root = _peaks[^1];
        for (var i = _peaks.Count - 2; i >= 0; i--)
        {
            root = Merkle.Node(_peaks[i], root);
        }

        return root;
    }

    /// <summary>A full subtree's hash, made level by level in its leaves' place.</summary>
    private byte[] Reduce(Span<byte> hashes, int height, NodeCompleted? completed)
    {
        for (var level = 1; level <= height; level++)
        {
            var parents = hashes[..(Merkle.HashBytes << (height - level))];
            Merkle.Nodes(hashes[..(2 * parents.Length)], parents);
            for (var i = 0; completed is not null && i < parents.Length / Merkle.HashBytes; i++)
            {
                completed(new(level, (Size >> level) + i), parents.Slice(i * Merkle.HashBytes, Merkle.HashBytes));
            }
        }

        return hashes[..Merkle.HashBytes].ToArray();
    }

    /// <summary>
    /// Adds a full subtree as one adds to a binary number: equal heights make one of the next height.
    /// </summary>
    private void Push(byte[] hash, int height, NodeCompleted? completed)
    {
        var level = height;
        for (; (Size >> level & 1) != 0; level++)
        {
            hash = Merkle.Node(_peaks[^1], hash);
            _peaks.RemoveAt(_peaks.Count - 1);
            completed?.Invoke(new(level + 1, Size >> (level + 1)), hash);
        }

        _peaks.Add(hash);
        Size += 1L << height;
    }
}
