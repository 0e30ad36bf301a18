using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Palisade.Domain.Audit;

/// <summary>
/// The hashes of a Merkle tree as RFC 6962, section 2.1, has them: SHA-256, leaves and inner nodes told apart by their
/// first byte.
/// </summary>
public static class Merkle
{
    public const int HashBytes = 32;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] EmptyRoot() => SHA256.HashData([]);

    /// <summary>The hash of a leaf that holds these bytes.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        byte[] message = [LeafPrefix, .. data];
        return SHA256.HashData(message);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var parent = new byte[HashBytes];
        Span<byte> children = stackalloc byte[2 * HashBytes];
        left.CopyTo(children);
        right.CopyTo(children[HashBytes..]);
        One(NodePrefix, children, parent);
        return parent;
    }

    /// <summary>
    /// Leaf hashes of entry hashes, which lie one after the other in both; many cost far less than one by one.
    /// </summary>
    public static void Leaves(ReadOnlySpan<byte> entryHashes, Span<byte> leaves) =>
        Many(LeafPrefix, HashBytes, entryHashes, leaves);

    /// <summary>The parents of pairs of hashes.</summary>
    public static void Nodes(ReadOnlySpan<byte> children, Span<byte> parents) =>
        Many(NodePrefix, 2 * HashBytes, children, parents);

    private static void Many(byte prefix, int length, ReadOnlySpan<byte> messages, Span<byte> hashes)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            const int Lanes = Sha256Lanes.Count;
            for (
                ;
                messages.Length >= Lanes * length;
                messages = messages[(Lanes * length)..], hashes = hashes[(Lanes * HashBytes)..]
            )
            {
                Sha256Lanes.Hash(prefix, length, messages, hashes);
            }
        }

        for (; messages.Length >= length; messages = messages[length..], hashes = hashes[HashBytes..])
        {
            One(prefix, messages[..length], hashes);
        }
    }

    private static void One(byte prefix, ReadOnlySpan<byte> message, Span<byte> hash)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * HashBytes)];
        prefixed[0] = prefix;
        message.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed[..(1 + message.Length)], hash);
    }
}
