using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Audit;
using Palisade.Storage.Operating;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Audit;

namespace Palisade.Storage.Tests.Sqlite;

/// <summary>What is done to the log's tables under a store that is closed.</summary>
public sealed class SqliteLogTests() : StoreTest(new SqliteHarness()), IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("DELETE FROM leaf WHERE idx = 299", "names another tree")]
    [InlineData("DELETE FROM leaf WHERE idx = 5", "leaf 5 is missing")]
    [InlineData("UPDATE leaf SET hash = x'00' WHERE idx = 5", "not that of its entry")]
    [InlineData("UPDATE journal SET hash = prev_hash WHERE seq = 5", "not that of its entry")]
    [InlineData("DELETE FROM journal WHERE seq = 5", "not that of its entry")]
    [InlineData("DELETE FROM checkpoint WHERE size = 300", "no checkpoint covers")]
    [InlineData("UPDATE checkpoint SET root = x'00' WHERE size = 200", "not of these leaves")]
    [InlineData("UPDATE checkpoint SET note = replace(note, '200', '201') WHERE size = 200", "not of these leaves")]
    [InlineData("UPDATE leaf_node SET hash = x'00'", "kept hash of height 8")]
    [InlineData("DELETE FROM leaf_node", "not kept")]
    [InlineData("UPDATE audit_log SET size = 30", "names another tree")]
    [InlineData("DELETE FROM unsealed WHERE seq = 302", "is not in the log and does not wait")]
    [InlineData(
        "INSERT INTO unsealed SELECT 'acme', 0, stream, seq, hash FROM journal WHERE seq = 5",
        "has a place and waits"
    )]
    public async Task S31_What_was_changed_in_the_log_is_found(string sql, string why)
    {
        await using (var store = await OpenAsync())
        {
            using var signer = NoteSigner.Create((await store.Audit.OpenAsync("acme")).Origin);
            foreach (var entries in new[] { 200, 100 })
            {
                await store.Journal.AppendAsync(
                    Append(Write("rec/acme/n", null, [.. Enumerable.Repeat(Entry(), entries)]))
                );
                await store.Audit.SealAsync("acme", signer);
            }

            await store.Journal.AppendAsync(Append(Write("rec/acme/n", null, Entry(), Entry())));
            Assert.Empty(await store.Audit.VerifyAsync());
        }

        foreach (var table in new[] { "journal", "leaf", "leaf_node", "checkpoint" })
        {
            Sql($"DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;");
        }

        Sql(sql);
        await using var again = await OpenAsync();
        var faults = await again.Audit.VerifyAsync();
        Assert.True(faults.Any(fault => fault.Why.Contains(why, StringComparison.Ordinal)), string.Join('\n', faults));
    }

    [Fact]
    public async Task Entries_that_waited_in_the_first_schema_are_sealed_in_the_order_of_their_times()
    {
        await using (var store = await OpenAsync())
        {
            foreach (var stream in new[] { "rec/acme/b", "rec/acme/a", "rec/acme/b" })
            {
                await store.Journal.AppendAsync(Append(Write(stream, null)));
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Sql(
            """
            DROP TRIGGER journal_body_no_delete;
            CREATE TRIGGER journal_body_no_delete BEFORE DELETE ON journal_body BEGIN SELECT RAISE(ABORT, ''); END;
            DROP TABLE erased_body; DROP TABLE erased_key; DROP TABLE erased_scope;
            ALTER TABLE ticket DROP COLUMN last_use;
            ALTER TABLE ticket ADD COLUMN last_ip TEXT; ALTER TABLE ticket ADD COLUMN last_client TEXT;
            ALTER TABLE usage ADD COLUMN last_ip TEXT NOT NULL DEFAULT '';
            DROP TABLE unsealed; DROP TABLE audit_log; DROP TABLE leaf; DROP TABLE leaf_node; DROP TABLE checkpoint;
                DROP TABLE decision; DROP TABLE delivery;
            CREATE TABLE unsealed (org TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (org,
                stream, seq)) WITHOUT ROWID;
            INSERT INTO unsealed SELECT org, stream, seq FROM journal;
            DELETE FROM migration WHERE version > 1;
            """
        );
        await using var again = await OpenAsync();
        using var signer = await LogKeys.BeginAsync(again);
        await again.Audit.SealAsync("acme", signer);

        Assert.Equal(
            ["rec/acme/b", "rec/acme/a", "rec/acme/b", "audit/acme"],
            (await again.Audit.ReadAsync("acme", 0, 10)).Select(entry => entry.Stream.Value)
        );
        Assert.Empty((await StoreVerification.RunAsync(again)).Faults);
        foreach (var change in new[] { "UPDATE journal SET at = 0", "DELETE FROM journal", "DELETE FROM journal_body" })
        {
            Assert.Throws<SqliteException>(() => Sql(change));
        }
    }

    private Task<SqliteStore> OpenAsync() =>
        SqliteStore.OpenAsync(SqliteHarness.OptionsFor(_folder), Clock, NullLoggerFactory.Instance);

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "palisade.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
