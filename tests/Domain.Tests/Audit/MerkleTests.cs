using System.Security.Cryptography;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

public sealed partial class MerkleTests
{
    private const int Largest = 70;

    // The test tree of the Certificate Transparency reference implementation, and its roots from one to eight leaves.
    private static readonly byte[][] KnownLeaves =
    [
        .. new[]
        {
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        }.Select(Convert.FromHexString),
    ];

    private static readonly string[] KnownRoots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, Largest).Select(i => Merkle.Leaf([(byte)i]))];

    [Fact]
    public void Hashes_are_those_of_RFC_6962()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Hex(Merkle.EmptyRoot()));
        Assert.Equal("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56", Hex(Merkle.Leaf("L123456"u8)));
        for (var size = 1; size <= KnownLeaves.Length; size++)
        {
            Assert.Equal(
                KnownRoots[size - 1],
                Hex(Frontier(KnownLeaves[..size].Select(leaf => Merkle.Leaf(leaf))).Root())
            );
        }
    }

    [Fact]
    public void Roots_are_those_of_the_definition_however_leaves_come()
    {
        var random = new Random(1);
        for (var size = 0; size <= Largest; size++)
        {
            var frontier = new MerkleFrontier();
            for (var at = 0; at < size; )
            {
                var count = random.Next(1, size - at + 1);
                frontier.Append(Flat(Leaves[at..(at + count)]));
                at += count;
            }

            Assert.Equal(Hex(Definition(Leaves.AsSpan(0, size))), Hex(frontier.Root()));
            Assert.Equal(Hex(frontier.Root()), Hex(MerkleFrontier.From(size, frontier.Peaks)!.Root()));
        }
    }

    [Fact]
    public void Every_full_subtree_is_told_once_with_its_hash()
    {
        var told = new Dictionary<MerkleNode, string>();
        var frontier = new MerkleFrontier();
        frontier.Append(Flat(Leaves[..13]), Tell);
        frontier.Append(Flat(Leaves[13..]), Tell);

        for (var height = 1; 1 << height <= Largest; height++)
        {
            for (var index = 0; (index + 1) << height <= Largest; index++)
            {
                Assert.Equal(Hex(Definition(Leaves.AsSpan(index << height, 1 << height))), told[new(height, index)]);
                told.Remove(new(height, index));
            }
        }

        Assert.Empty(told);
        void Tell(MerkleNode node, ReadOnlySpan<byte> hash) => told.Add(node, Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Hashes_side_by_side_are_those_of_one_by_one()
    {
        var random = new Random(2);
        var messages = new byte[50 * 64];
        random.NextBytes(messages);
        var (leaves, nodes) = (new byte[100 * 32], new byte[50 * 32]);

        Merkle.Leaves(messages, leaves);
        Merkle.Nodes(messages, nodes);

        Assert.All(
            Enumerable.Range(0, 100),
            i => Assert.Equal(SHA256.HashData([0, .. messages.AsSpan(i * 32, 32)]), leaves[(i * 32)..((i + 1) * 32)])
        );
        Assert.All(
            Enumerable.Range(0, 50),
            i => Assert.Equal(SHA256.HashData([1, .. messages.AsSpan(i * 64, 64)]), nodes[(i * 32)..((i + 1) * 32)])
        );
    }

    private static byte[] Definition(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.IsEmpty ? Merkle.EmptyRoot() : leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return SHA256.HashData([1, .. Definition(leaves[..split]), .. Definition(leaves[split..])]);
    }

    private static MerkleFrontier Frontier(IEnumerable<byte[]> leaves)
    {
        var frontier = new MerkleFrontier();
        frontier.Append(Flat([.. leaves]));
        return frontier;
    }

    private static byte[] Flat(byte[][] hashes) => [.. hashes.SelectMany(hash => hash)];

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
