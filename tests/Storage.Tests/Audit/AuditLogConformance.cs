using System.Security.Cryptography;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Tests.Audit;

public abstract class AuditLogConformance(IStoreHarness harness) : StoreTest(harness)
{
    [Fact]
    public async Task A_log_has_an_origin_of_its_own_that_stays()
    {
        var acme = await Store.Audit.OpenAsync("acme");
        var installation = await Store.Audit.OpenAsync("");
        await ReopenAsync();

        Assert.Equal(acme, await Store.Audit.OpenAsync("acme"));
        Assert.Matches("^palisade/[0-9a-f]{16}/acme$", acme.Origin);
        Assert.Matches("^palisade/[0-9a-f]{16}/_installation$", installation.Origin);
        Assert.NotEqual(acme.Origin[..25], installation.Origin[..25]);
    }

    [Fact]
    public async Task Entries_get_their_places_in_the_order_of_their_commits_and_a_checkpoint_covers_them()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, Entry(), Entry()), Write("app/acme/a/b", 0)));
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/a", 0)));
        using var signer = await SignerAsync();

        Assert.Equal(new(4, false), await Store.Audit.SealAsync("acme", signer));
        Assert.Equal(new(0, false), await Store.Audit.SealAsync("acme", signer));

        var entries = await Store.Audit.ReadAsync("acme", 0, 1000);
        Assert.Equal(
            [("rec/acme/n1", 1L, 0L), ("rec/acme/n1", 2, 1), ("app/acme/a/b", 1, 2), ("app/acme/a/a", 1, 3)],
            entries.Select(entry => (entry.Stream.Value, entry.Seq, entry.Index))
        );
        Assert.All(
            entries,
            entry => Assert.Equal(SHA256.HashData([.. entry.PreviousHash, .. entry.Body!.Value.Span]), entry.Hash)
        );
        Assert.Equal(2, await Store.Audit.IndexOfAsync(new("app/acme/a/b"), 1));
        Assert.Null(await Store.Audit.IndexOfAsync(new("app/acme/a/b"), 2));
        var stored = (await Store.Audit.CheckpointAsync("acme"))!;
        Assert.Equal(4, stored.Size);
        Assert.True(stored.Note.IsSignedBy(signer.Key));
        var frontier = new MerkleFrontier();
        entries.ToList().ForEach(entry => frontier.Append(Merkle.Leaf(entry.Hash.AsSpan())));
        Assert.Equal(frontier.Root(), stored.Checkpoint.Root.ToArray());
        Assert.Empty(await Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task Logs_of_organizations_are_apart()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await Store.Journal.AppendAsync(new() { Org = "other", Writes = [Write("rec/other/n1", null)] });
        await Store.Journal.AppendAsync(new() { Org = "", Writes = [Write("install/n1", null)] });

        foreach (var (org, stream) in new[] { ("acme", "rec/acme/n1"), ("other", "rec/other/n1"), ("", "install/n1") })
        {
            using var signer = await SignerAsync(org);
            Assert.Equal(1, (await Store.Audit.SealAsync(org, signer)).Count);
            Assert.Equal(stream, Assert.Single(await Store.Audit.ReadAsync(org, 0, 10)).Stream.Value);
        }

        Assert.Empty(await Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task Many_entries_are_sealed_piece_by_piece_and_every_checkpoint_is_consistent_with_the_next()
    {
        using var signer = await SignerAsync();
        var sizes = new List<long> { 0 };
        for (var round = 0; round < 7; round++)
        {
            await FillAsync(1 + (round * 100));
            Sealing sealing;
            do
            {
                sealing = await Store.Audit.SealAsync("acme", signer);
                sizes.Add(sizes[^1] + sealing.Count);
            } while (sealing.More);
        }

        await FillAsync(2 * Sealing.MaxEntries);
        Assert.Equal(new(Sealing.MaxEntries, true), await Store.Audit.SealAsync("acme", signer));
        sizes.Add(sizes[^1] + Sealing.MaxEntries);

        Assert.Empty(await Store.Audit.VerifyAsync());
        foreach (
            var (first, second) in sizes.Zip(sizes.Skip(1)).Where(pair => pair.First > 0 && pair.First < pair.Second)
        )
        {
            var proof = await Store.Audit.HashesAsync("acme", MerkleProofs.Consistency(first, second));
            Assert.True(
                MerkleProofs.IsConsistent(first, second, await RootAsync(first), await RootAsync(second), proof),
                $"{first} to {second}"
            );
        }
    }

    [Fact]
    public async Task Every_entry_has_a_proof_against_every_checkpoint_that_covers_it()
    {
        using var signer = await SignerAsync();
        await FillAsync(700);
        await Store.Audit.SealAsync("acme", signer);
        await FillAsync(23);
        await Store.Audit.SealAsync("acme", signer);
        var entries = await Store.Audit.ReadAsync("acme", 0, 1000);

        foreach (var size in new[] { 700L, 723 })
        {
            var root = await RootAsync(size);
            foreach (var index in new[] { 0L, 1, 255, 256, 511, 512, 698, 699, 722 }.Where(index => index < size))
            {
                var proof = await Store.Audit.HashesAsync("acme", MerkleProofs.Inclusion(index, size));
                Assert.True(
                    MerkleProofs.IsIncluded(Merkle.Leaf(entries[(int)index].Hash.AsSpan()), index, size, proof, root),
                    $"{index} of {size}"
                );
            }
        }
    }

    [Fact]
    public async Task Sealers_that_race_seal_each_entry_once()
    {
        using var signer = await SignerAsync();
        await FillAsync(300);
        var racing = new RacingSigner(signer, 4);

        var sealings = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store.Audit.SealAsync("acme", racing)))
        );

        Assert.Equal(300, sealings.Sum(sealing => sealing.Count));
        Assert.Equal(3, sealings.Count(sealing => sealing is { Count: 0, More: true }));
        Assert.Empty(await Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task S31_A_log_that_grows_while_it_is_checked_has_no_faults()
    {
        using var signer = await SignerAsync();
        await FillAsync(2_000);
        while ((await Store.Audit.SealAsync("acme", signer)).More) { }

        var growing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await FillAsync(1);
                await Store.Audit.SealAsync("acme", signer);
            }
        });
        do
        {
            Assert.Empty(await Store.Audit.VerifyAsync());
        } while (!growing.IsCompleted);

        await growing;
    }

    [Fact]
    public async Task S31_A_checkpoint_that_no_key_of_the_log_signed_is_found()
    {
        using var signer = await LogKeys.BeginAsync(Store);
        using var foreign = await SignerAsync();
        await FillAsync(1);
        await Store.Audit.SealAsync("acme", signer);
        Assert.Empty((await StoreVerification.RunAsync(Store)).Faults);
        await FillAsync(1);
        await Store.Audit.SealAsync("acme", foreign);

        Assert.Empty(await Store.Audit.VerifyAsync());
        Assert.Equal(
            new("log of 'acme'", "the checkpoint of 3 records is not signed by a key of the log"),
            Assert.Single((await StoreVerification.RunAsync(Store)).Faults)
        );
    }

    [Fact]
    public async Task S31_A_key_signs_until_the_next_one_has_and_not_after_that()
    {
        using var first = await LogKeys.BeginAsync(Store);
        await Store.Audit.SealAsync("acme", first);
        using var second = await LogKeys.RotateAsync(Store, first);
        foreach (var signer in (NoteSigner[])[first, second])
        {
            await FillAsync(1);
            await Store.Audit.SealAsync("acme", signer);
        }

        Assert.Empty((await StoreVerification.RunAsync(Store)).Faults);
        await FillAsync(1);
        await Store.Audit.SealAsync("acme", first);

        Assert.Contains(
            "is signed by key",
            Assert.Single((await StoreVerification.RunAsync(Store)).Faults).Why,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S31_Checkpoints_of_a_log_whose_keys_nobody_recorded_prove_nothing()
    {
        await FillAsync(1);
        using var signer = await SignerAsync();
        await Store.Audit.SealAsync("acme", signer);

        Assert.Contains(
            "the history of keys has no beginning",
            Assert.Single((await StoreVerification.RunAsync(Store)).Faults).Why,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_was_published_is_read_in_pieces()
    {
        using var signer = await SignerAsync();
        for (var i = 0; i < 3; i++)
        {
            await FillAsync(1);
            await Store.Audit.SealAsync("acme", signer);
        }

        var first = await Store.Audit.NotesAsync("acme", 0, 2);
        Assert.Equal([1L, 2], first.Select(published => published.Size));
        Assert.Equal([3L], (await Store.Audit.NotesAsync("acme", 2, 2)).Select(published => published.Size));
        Assert.Empty(await Store.Audit.NotesAsync("acme", 3, 2));
        Assert.Empty(await Store.Audit.NotesAsync("other", 0, 2));
        Assert.Equal($"{(await Store.Audit.CheckpointAsync("acme", 2))!.Note}", first[1].Note);
    }

    [Fact]
    public async Task Nothing_is_sealed_when_it_cannot_be_signed()
    {
        await FillAsync(3);
        using var signer = await SignerAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.Audit.SealAsync("acme", new BrokenSigner()));

        Assert.Null(await Store.Audit.CheckpointAsync("acme"));
        Assert.Empty(await Store.Audit.ReadAsync("acme", 0, 10));
        Assert.Equal(3, (await Store.Audit.SealAsync("acme", signer)).Count);
    }

    [Fact]
    public async Task Who_waits_hears_of_entries_and_of_seals()
    {
        using var signer = await SignerAsync();
        await using var changes = Store
            .Changes.SubscribeAsync(IAuditLog.Topic("unsealed", "acme"))
            .GetAsyncEnumerator();
        await using var seals = Store.Changes.SubscribeAsync(IAuditLog.Topic("sealed", "acme")).GetAsyncEnumerator();

        await FillAsync(5);
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        await Store.Audit.SealAsync("acme", signer);
        Assert.True(await seals.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(new("sealed/acme/", 5), seals.Current);
    }

    protected async Task<NoteSigner> SignerAsync(string org = "acme") =>
        NoteSigner.Create((await Store.Audit.OpenAsync(org)).Origin);

    private async Task FillAsync(int entries)
    {
        for (var left = entries; left > 0; left -= 200)
        {
            await Store.Journal.AppendAsync(
                Append(Write($"rec/acme/n{left % 3}", null, [.. Enumerable.Repeat(Entry(), Math.Min(left, 200))]))
            );
        }
    }

    private async Task<byte[]> RootAsync(long size) =>
        (await Store.Audit.CheckpointAsync("acme", size))!.Checkpoint.Root.ToArray();

    private sealed class BrokenSigner : ICheckpointSigner
    {
        public Task<SignedNote> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("no key");
    }

    /// <summary>Lets nobody go on before all have looked at the same log.</summary>
    private sealed class RacingSigner(NoteSigner signer, int racers) : ICheckpointSigner
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public async Task<SignedNote> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _arrived) == racers)
            {
                _all.SetResult();
            }

            await _all.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
            return await signer.SignAsync(checkpoint, cancellationToken);
        }
    }
}
