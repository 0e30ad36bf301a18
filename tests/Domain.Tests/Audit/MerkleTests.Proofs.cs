using System.Numerics;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>Proofs of inclusion and of consistency.</summary>
public sealed partial class MerkleTests
{
    [Fact]
    public void A_known_inclusion_proof_is_made_and_holds()
    {
        var leaves = KnownLeaves.Select(leaf => Merkle.Leaf(leaf)).ToArray();

        var proof = Proof(MerkleProofs.Inclusion(5, 8), leaves);

        Assert.Equal(
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            proof.Select(Hex)
        );
        Assert.True(MerkleProofs.IsIncluded(leaves[5], 5, 8, proof, Convert.FromHexString(KnownRoots[7])));
    }

    [Fact]
    public void Every_proof_of_inclusion_holds_for_its_leaf_and_no_other()
    {
        for (var size = 1; size <= Largest; size++)
        {
            var root = Definition(Leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var proof = Proof(MerkleProofs.Inclusion(index, size), Leaves);

                Assert.True(MerkleProofs.IsIncluded(Leaves[index], index, size, proof, root), $"{index} of {size}");
                Assert.False(MerkleProofs.IsIncluded(Leaves[(index + 1) % Largest], index, size, proof, root));
                Assert.False(size > 1 && MerkleProofs.IsIncluded(Leaves[index], (index + 1) % size, size, proof, root));
                Assert.False(MerkleProofs.IsIncluded(Leaves[index], index, size, [.. proof, root], root));
                Assert.False(size > 1 && MerkleProofs.IsIncluded(Leaves[index], index, size, proof[1..], root));
            }
        }
    }

    [Fact]
    public void Every_proof_of_consistency_holds_for_its_trees_and_no_other()
    {
        for (var second = 0; second <= Largest; second++)
        {
            for (var first = 0; first <= second; first++)
            {
                var (before, after) = (Definition(Leaves.AsSpan(0, first)), Definition(Leaves.AsSpan(0, second)));
                var proof = Proof(MerkleProofs.Consistency(first, second), Leaves);

                Assert.True(MerkleProofs.IsConsistent(first, second, before, after, proof), $"{first} to {second}");
                Assert.False(
                    first > 0 && MerkleProofs.IsConsistent(first, second, Leaves[0].Reverse().ToArray(), after, proof)
                );
                Assert.False(
                    first > 0 && MerkleProofs.IsConsistent(first, second, before, before.Reverse().ToArray(), proof)
                );
                Assert.False(MerkleProofs.IsConsistent(first, second, before, after, [.. proof, before]));
                Assert.False(proof.Length > 0 && MerkleProofs.IsConsistent(first, second, before, after, proof[..^1]));
            }
        }
    }

    [Fact]
    public void A_proof_needs_as_many_subtrees_as_the_tree_is_high_and_each_is_few_full_ones()
    {
        const long Size = 1_000_003;

        var inclusion = MerkleProofs.Inclusion(123_456, Size);
        var consistency = MerkleProofs.Consistency(777_777, Size);

        Assert.InRange(inclusion.Length, 1, 20);
        Assert.InRange(consistency.Length, 1, 21);
        Assert.All(
            inclusion.Concat(consistency),
            span => Assert.InRange(span.Nodes().Length, 1, 2 * (1 + BitOperations.Log2((ulong)(span.End - span.Begin))))
        );
    }

    private static byte[][] Proof(IEnumerable<MerkleSpan> spans, byte[][] leaves) =>
        [
            .. spans.Select(span =>
                span.Hash(node => Definition(leaves.AsSpan((int)(node.Index << node.Height), 1 << node.Height)))
            ),
        ];
}
