using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Grains.Access;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Audit;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

/// <summary>Signing keys that change while everybody writes, seals and verifies.</summary>
public sealed class KeyRotationTests
{
    private const int Rotations = 6;
    private const int Writers = 4;

    [Fact]
    public async Task S31_Keys_that_change_while_records_are_written_and_sealed_leave_every_checkpoint_verifiable()
    {
        await using var acme = await StartAsync();
        var log = acme.Host.Store.Audit;
        var first = (
            await Eventually.Of(() => log.CheckpointAsync("acme"), c => c is not null, "there is a checkpoint")
        )!;
        var (over, exports) = (false, 0);
        var writers = Enumerable
            .Range(0, Writers)
            .Select(async _ =>
            {
                while (!Volatile.Read(ref over))
                {
                    await acme
                        .Host.Get<IRecorder>()
                        .RecordAsync(Administrator, Operations.AuditExport, Resource.Org, Outcome.Ok);
                }
            });
        var verifier = Task.Run(async () =>
        {
            // At least once after the last of the keys.
            for (var last = false; !last; Interlocked.Increment(ref exports))
            {
                last = Volatile.Read(ref over);
                var report = await VerifyAsync(acme, first.Note);
                Assert.True(report.Faults.IsEmpty, string.Join('\n', report.Faults));
            }
        });
        var all = Task.WhenAll(writers);
        var signed = new HashSet<uint> { Signer(first) };
        for (var i = 0; i < Rotations; i++)
        {
            var key = Ok(await acme.Host.Grains.GetGrain<IAuditGrain>("acme").RotateKeyAsync(Administrator));
            Assert.True(NoteKey.TryParse(key, out var next));
            var checkpoint = await Eventually.Of(
                () => log.CheckpointAsync("acme"),
                c => Signer(c!) == next.Id,
                $"key {i} signs"
            );
            signed.Add(Signer(checkpoint!));
            var done = Volatile.Read(ref exports);
            await Eventually.True(
                () => verifier.IsCompleted || Volatile.Read(ref exports) > done,
                $"an export is verified after key {i} signed"
            );
        }

        Volatile.Write(ref over, true);
        await all;
        await verifier;

        Assert.Equal(Rotations + 1, signed.Count);
        await EveryCheckpointAsync(acme);
        Assert.Empty(await log.VerifyAsync());
    }

    /// <summary>
    /// Each is signed by a key of the history, and none by one that had been replaced when an earlier one was signed.
    /// </summary>
    private static async Task EveryCheckpointAsync(Acme acme)
    {
        var facts = await acme.Host.Get<AuditFacts>().OfAsync("acme");
        var end = (await acme.Host.Store.Audit.CheckpointAsync("acme"))!;
        Assert.Null(facts.History.Fault(end.Checkpoint.Origin));
        var newest = 0;
        for (var size = 1L; size <= end.Size; size++)
        {
            if (await acme.Host.Store.Audit.CheckpointAsync("acme", size) is { } checkpoint)
            {
                var by = facts.Keys.IndexOf(facts.Keys.Single(key => checkpoint.Note.IsSignedBy(key.Public) == true));
                Assert.True(by >= newest, $"checkpoint {size} is signed by key {by} after key {newest} had signed");
                newest = by;
            }
        }

        Assert.Equal(facts.Keys.Length - 1, newest);
    }

    private static async Task<VerificationReport> VerifyAsync(Acme acme, SignedNote since)
    {
        var key = (await acme.Host.Get<AuditFacts>().OfAsync("acme")).Keys[0].Public;
        var lines = Ok(await acme.Host.Get<LogExport>().CompleteAsync("acme", 0, null, [], CancellationToken.None));
        using var bundle = new MemoryStream();
        await foreach (var line in lines)
        {
            bundle.Write(line.Json);
            bundle.WriteByte((byte)'\n');
        }

        bundle.Position = 0;
        return BundleFile.Verify(bundle, new(key, since));
    }

    private static uint Signer(StoredCheckpoint checkpoint) => checkpoint.Note.Signatures[0].KeyId;
}
