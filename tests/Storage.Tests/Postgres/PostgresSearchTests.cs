using System.Collections.Immutable;
using System.Data;
using Npgsql;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>An index that several processes write to, and what is left of what was erased from it.</summary>
public sealed class PostgresSearchTests : StoreTest
{
    private readonly PostgresHarness _harness;

    public PostgresSearchTests()
        : this(new()) { }

    private PostgresSearchTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    [Fact]
    public async Task Processes_that_index_at_the_same_time_index_and_count_each_record_once()
    {
        await using var second = await _harness.OpenAsync(Clock, options => options.LogsDirectory += "-2");
        for (var i = 0; i < 25; i++)
        {
            await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, [.. Enumerable.Repeat(Entry(), 100)])));
        }

        await SealAsync();
        IAuditSearch[] racers = [Store.Search, second.Search, Store.Search, second.Search];
        await Task.WhenAll(racers.Select(search => Task.Run(() => IndexAsync(search))));

        var counts = await Store.Search.CountAsync("acme", new(2026, 1, 1), new(2026, 12, 31), 10);
        Assert.Equal([new("actor", "u1", 2500)], counts.Where(count => count.Facet == "actor"));
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => 2499L - i),
            await FindAsync(second.Search, "actor:u1", 1000)
        );
    }

    [Fact]
    public async Task S30_What_was_read_for_the_index_before_it_was_erased_is_not_written_after_it()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await SealAsync();
        await IndexAsync(Store.Search);
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, Entry() with { Reason = "secretive" })));
        await SealAsync();
        await using var second = await _harness.OpenAsync(Clock, options => options.LogsDirectory += "-2");
        await using var keys = await ConnectAsync();
        Task<int> indexing;
        await using (var held = await keys.BeginTransactionAsync())
        {
            // The second process has read the record and wants to know by which key it is sealed.
            await RunAsync(keys, "LOCK TABLE data_key IN ACCESS EXCLUSIVE MODE");
            indexing = Task.Run(() => second.Search.IndexAsync("acme"));
            await WaitsAsync();

            // As retention does, but for the record that speaks of it.
            await _harness.Server.RunAsync(
                _harness.Database,
                "SET session_replication_role = replica; DELETE FROM journal_body WHERE seq = 2"
            );
            await Store.Search.RefreshAsync("acme", [1]);
        }

        Assert.Equal(1, await indexing);
        Assert.Empty(await FindAsync(Store.Search, "secretive", 10));
        Assert.Equal([1L, 0], (await FindAsync(Store.Search, "actor:u1", 10)).AsEnumerable());
    }

    [Fact]
    public async Task S30_What_was_replaced_leaves_the_index_when_no_reader_sees_it_any_more()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await SealAsync();
        await IndexAsync(Store.Search);
        await using var reader = await ConnectAsync();
        await using (var moment = await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            await RunAsync(reader, "SELECT count(*) FROM search_record");
            await Store.Search.RefreshAsync("acme", [0]);

            Assert.False(await Store.Search.ScrubAsync());
        }

        Assert.True(await Store.Search.ScrubAsync());
        Assert.True(await Store.Retention.ScrubAsync());
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(_harness.Server.ConnectionString(_harness.Database));
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Until somebody waits for the table of keys.</summary>
    private async Task WaitsAsync()
    {
        const string Waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'data_key'::regclass";
        for (
            var until = DateTime.UtcNow.AddSeconds(30);
            await _harness.Server.RunAsync(_harness.Database, Waiting) == 0;
            await Task.Delay(10)
        )
        {
            Assert.True(DateTime.UtcNow < until, "nobody waits for data_key");
        }
    }

    private async Task SealAsync()
    {
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        while ((await Store.Audit.SealAsync("acme", signer)).More) { }
    }

    private static async Task IndexAsync(IAuditSearch search)
    {
        while (await search.IndexAsync("acme") > 0) { }
    }

    private static Task<ImmutableArray<long>> FindAsync(IAuditSearch search, string query, int limit) =>
        search.FindAsync("acme", AuditQuery.Parse(query).Value, null, limit);
}
