using Palisade.Domain.Audit;
using Palisade.Driver;

namespace Palisade.Grains.Tests.Audit.Sinks;

/// <summary>
/// What a receiver can check with nothing but deliveries and the log's key: that no record is missing or out of order,
/// and that each checkpoint signs exactly the records that it got.
/// </summary>
internal static class Witness
{
    /// <summary>Gives how many records there are; each index from 0 on, and never one before those below it.</summary>
    public static long Check(IEnumerable<WebhookDelivery> deliveries, NoteKey key)
    {
        var (frontier, checkpoints) = (new MerkleFrontier(), new Dictionary<long, Checkpoint>());
        var roots = new Dictionary<long, byte[]>();
        foreach (var delivery in deliveries.Where(d => d.Type == "audit.records"))
        {
            foreach (var (index, hash) in delivery.Records)
            {
                Assert.True(index <= frontier.Size, $"record {index} came when {frontier.Size} was to come");
                if (index == frontier.Size)
                {
                    frontier.Append(Merkle.Leaf(hash));
                    roots[frontier.Size] = frontier.Root();
                }
            }

            Assert.True(SignedNote.TryParse(delivery.Checkpoint, out var note));
            Assert.True(note.IsSignedBy(key));
            Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
            Assert.True(checkpoint.Size >= delivery.Records.Last().Index + 1);
            checkpoints[checkpoint.Size] = checkpoint;
        }

        var covered = checkpoints.Where(pair => roots.ContainsKey(pair.Key)).ToList();
        Assert.NotEmpty(covered);
        Assert.All(covered, pair => Assert.Equal(roots[pair.Key], pair.Value.Root.ToArray()));
        return frontier.Size;
    }
}
