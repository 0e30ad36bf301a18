using Palisade.Storage.Audit;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Logs that several processes seal, and what is done to their tables behind everybody's back.</summary>
public sealed class PostgresLogTests : StoreTest
{
    private readonly PostgresHarness _harness;

    public PostgresLogTests()
        : this(new()) { }

    private PostgresLogTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    [Fact]
    public async Task S31_Logs_that_several_processes_write_and_seal_hold_each_entry_once_and_streams_in_their_order()
    {
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        await using var second = await _harness.OpenAsync(Clock, options => options.LogsDirectory += "-2");
        await using var third = await _harness.OpenAsync(Clock, options => options.LogsDirectory += "-3");
        PostgresStore[] stores = [(PostgresStore)Store, second, third];

        var writing = Task.WhenAll(
            stores
                .SelectMany((store, i) => new[] { (store, $"rec/acme/a{i}"), (store, $"rec/acme/b{i}") })
                .Select(writer => Task.Run(() => WriteAsync(writer.store, writer.Item2)))
        );
        var sealings = await Task.WhenAll(stores.Select(store => Task.Run(() => SealAsync(store, signer, writing))));

        await writing;
        Assert.Equal(600, sealings.Sum());
        Assert.Empty(await second.Audit.VerifyAsync());
        var entries = await third.Audit.ReadAsync("acme", 0, 1000);
        Assert.Equal(600, entries.Length);
        Assert.All(
            entries.GroupBy(entry => entry.Stream),
            stream => Assert.Equal(Enumerable.Range(1, 100).Select(seq => (long)seq), stream.Select(entry => entry.Seq))
        );
    }

    [Theory]
    [InlineData("DELETE FROM leaf WHERE idx = 299", "names another tree")]
    [InlineData("DELETE FROM leaf WHERE idx = 5", "leaf 5 is missing")]
    [InlineData("UPDATE journal SET hash = prev_hash WHERE seq = 5", "not that of its entry")]
    [InlineData("DELETE FROM checkpoint WHERE size = 300", "no checkpoint covers")]
    [InlineData("UPDATE checkpoint SET note = replace(note, '200', '201') WHERE size = 200", "not of these leaves")]
    [InlineData("UPDATE leaf_node SET hash = ''", "kept hash of height 8")]
    [InlineData("DELETE FROM leaf_node", "not kept")]
    [InlineData("DELETE FROM unsealed WHERE seq = 302", "is not in the log and does not wait")]
    [InlineData(
        "INSERT INTO unsealed (org, stream, seq, hash) SELECT org, stream, seq, hash FROM journal WHERE seq = 5",
        "has a place and waits"
    )]
    public async Task S31_What_was_changed_in_the_log_is_found(string sql, string why)
    {
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        foreach (var entries in new[] { 200, 100 })
        {
            await FillAsync(entries);
            await Store.Audit.SealAsync("acme", signer);
        }

        await FillAsync(2);
        Assert.Empty(await Store.Audit.VerifyAsync());

        // The superuser's, without triggers.
        await _harness.Server.RunAsync(_harness.Database, $"SET session_replication_role = replica; {sql}");

        var faults = await Store.Audit.VerifyAsync();
        Assert.True(faults.Any(fault => fault.Why.Contains(why, StringComparison.Ordinal)), string.Join('\n', faults));
    }

    private Task FillAsync(int entries) =>
        Store.Journal.AppendAsync(Append(Write("rec/acme/n", null, [.. Enumerable.Repeat(Entry(), entries)])));

    private static async Task WriteAsync(PostgresStore store, string stream)
    {
        for (var i = 0; i < 100; i++)
        {
            await store.Journal.AppendAsync(One(stream, null));
        }
    }

    private static async Task<int> SealAsync(PostgresStore store, NoteSigner signer, Task writing)
    {
        var count = 0;
        Sealing sealing;
        bool last;
        do
        {
            last = writing.IsCompleted;
            sealing = await store.Audit.SealAsync("acme", signer);
            count += sealing.Count;
        } while (!last || sealing.More);

        return count;
    }
}
