using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Personal;

public abstract class RetentionConformance(IStoreHarness harness) : StoreTest(harness)
{
    private static readonly StreamId Settings = StreamId.Audit("acme");

    private static readonly JobDraft Then = new()
    {
        Id = "then",
        Kind = "person.erase",
        Org = "acme",
        Stream = Settings.Value,
        Operation = RetentionNotice.Operation,
        Resource = "",
        Caller = Entry().Caller,
    };

    [Fact]
    public async Task S30_Retention_erases_bodies_of_which_a_record_speaks_and_nothing_else()
    {
        await FillAsync();
        var batch = (await NextAsync())!;
        Assert.Equal([0L, 2], batch.Entries.Select(entry => entry.Index));
        var by = await SpeakAsync(batch);

        Assert.True(await Store.Retention.EraseAsync(batch, by, new(Settings, 1), Then));

        var entries = await Store.Audit.ReadAsync("acme", 0, 100);
        Assert.Equal([0L, 2], entries.Where(entry => entry.Body is null).Select(entry => entry.Index));
        Assert.All(entries.Where(entry => entry.Body is null), entry => Assert.Equal(by, entry.ErasedBy));
        Assert.Equal(new("u1", "app.env.set", "staging/web", "ok"), entries[0].Facets);
        Assert.True((await EntriesAsync("rec/acme/n1"))[0].Erased);
        Assert.Equal(JobStatus.Queued, (await Store.Jobs.GetAsync(Then.Id))?.Status);
        Assert.Null(await NextAsync());
        Assert.Null(await Store.Journal.VerifyAsync(new("rec/acme/n1")));
        Assert.Empty(await Store.Audit.VerifyAsync());

        // What comes after goes on in the same chain.
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        Assert.Null(await Store.Journal.VerifyAsync(new("rec/acme/n1")));
    }

    [Fact]
    public async Task S30_Nothing_goes_of_which_no_record_speaks_under_a_checkpoint()
    {
        await FillAsync();
        var batch = (await NextAsync())!;
        var head = await SayAsync(batch);
        await Assert.ThrowsAsync<InvalidOperationException>(() => EraseAsync(batch, 4));

        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        await Store.Audit.SealAsync("acme", signer);
        var by = (await Store.Audit.IndexOfAsync(new("rec/acme/n1"), head))!.Value;
        await Assert.ThrowsAsync<InvalidOperationException>(() => EraseAsync(batch, by - 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            EraseAsync(batch with { Entries = [batch.Entries[0]] }, by)
        );

        Assert.All(await Store.Audit.ReadAsync("acme", 0, 100), entry => Assert.NotNull(entry.Body));
        Assert.True(await EraseAsync(batch, by));
    }

    [Fact]
    public async Task S30_What_was_forbidden_in_between_is_not_erased()
    {
        await FillAsync();
        var batch = (await NextAsync())!;
        var by = await SpeakAsync(batch);
        await Store.Journal.AppendAsync(Append(Write("audit/acme", 1)));

        Assert.False(await Store.Retention.EraseAsync(batch, by, new(Settings, 1), Then));

        Assert.All(await Store.Audit.ReadAsync("acme", 0, 100), entry => Assert.NotNull(entry.Body));
        Assert.Null(await Store.Jobs.GetAsync(Then.Id));
    }

    [Fact]
    public async Task S30_A_record_of_retention_is_never_erased()
    {
        await FillAsync();
        var batch = (await NextAsync())!;
        await EraseAsync(batch, await SpeakAsync(batch));
        Clock.Advance(TimeSpan.FromDays(1000));

        Assert.Equal([3L], (await NextAsync())!.Entries.Select(entry => entry.Index));
    }

    [Fact]
    public async Task S06_A_record_that_declares_a_fork_is_never_erased()
    {
        await Store.Journal.AppendAsync(
            Append(Write("rec/acme/restore-b1", null, Entry(operation: DeclaredFork.Operation)))
        );
        await FillAsync();
        Clock.Advance(TimeSpan.FromDays(1000));

        Assert.Equal([1L, 3L, 4L], (await NextAsync())!.Entries.Select(entry => entry.Index));
    }

    [Fact]
    public async Task S30_Events_are_not_written_where_retention_erases()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, Entry(new Journal.Counted(1)))))
        );
    }

    /// <summary>Record, event, record; the settings; and after ten days another record.</summary>
    private async Task FillAsync()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0)));
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        Clock.Advance(TimeSpan.FromDays(10));
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await Store.Journal.AppendAsync(Append(Write("audit/acme", 0)));
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        await Store.Audit.SealAsync("acme", signer);
    }

    private Task<ErasureBatch?> NextAsync() =>
        Store.Retention.NextAsync("acme", Clock.GetUtcNow() - TimeSpan.FromDays(5), 0);

    private Task<bool> EraseAsync(ErasureBatch batch, long by) =>
        Store.Retention.EraseAsync(batch, by, new(Settings, 1), Then);

    private async Task<long> SayAsync(ErasureBatch batch)
    {
        var notice = Entry(operation: RetentionNotice.Operation) with { Details = batch.Notice().Details };
        var appended = await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, notice)));
        return Assert.IsType<Appended>(appended).Heads[0].Head;
    }

    private async Task<long> SpeakAsync(ErasureBatch batch)
    {
        var head = await SayAsync(batch);
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        await Store.Audit.SealAsync("acme", signer);
        return (await Store.Audit.IndexOfAsync(new("rec/acme/n1"), head))!.Value;
    }
}
