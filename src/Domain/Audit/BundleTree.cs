namespace Palisade.Domain.Audit;

/// <summary>
/// Builds the tree of a complete bundle from its entries' hashes, many at a time, and catches the root at one earlier
/// size.
/// </summary>
internal sealed class BundleTree(MerkleFrontier frontier, long? earlier)
{
    private const int Batch = 1024;

    private readonly byte[] _hashes = new byte[Batch * Merkle.HashBytes];
    private readonly byte[] _leaves = new byte[Batch * Merkle.HashBytes];
    private int _waiting;

    /// <summary>The root at the earlier size; null when the tree never had it.</summary>
    public byte[]? EarlierRoot { get; private set; } = frontier.Size == earlier ? frontier.Root() : null;

    public long Size => frontier.Size + _waiting;

    public void Add(ReadOnlySpan<byte> entryHash)
    {
        entryHash.CopyTo(_hashes.AsSpan(_waiting * Merkle.HashBytes));
        if (++_waiting == Batch || Size == earlier)
        {
            Flush();
        }
    }

    public byte[] Root()
    {
        Flush();
        return frontier.Root();
    }

    private void Flush()
    {
        var bytes = _waiting * Merkle.HashBytes;
        Merkle.Leaves(_hashes.AsSpan(0, bytes), _leaves);
        frontier.Append(_leaves.AsSpan(0, bytes));
        _waiting = 0;
        if (frontier.Size == earlier)
        {
            EarlierRoot = frontier.Root();
        }
    }
}
