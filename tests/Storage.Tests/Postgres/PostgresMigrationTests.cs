using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Driver;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Migrations beside nodes that serve.</summary>
public sealed class PostgresMigrationTests
{
    [Fact]
    public async Task A_migration_that_waits_for_a_long_reader_keeps_nobody_else_waiting()
    {
        var server = await PostgresServer.GetAsync();
        var database = await server.CreateDatabaseAsync();
        try
        {
            var options = PostgresHarness.OptionsFor(server, database, "");
            await using var source = NpgsqlDataSource.Create(options.OwnerConnectionString!);
            await MigrateToAsync(source, 5);
            await using var reading = await source.OpenConnectionAsync();
            await RunAsync(reading, "BEGIN; LOCK TABLE journal IN ACCESS SHARE MODE");

            var migrating = PostgresStore.MigrateAsync(options, NullLoggerFactory.Instance);
            await using var serving = await source.OpenConnectionAsync();
            await Poll.UntilAsync(
                async () =>
                    await CountAsync(serving, "pg_locks WHERE relation = 'journal'::regclass AND NOT granted") > 0,
                TimeSpan.FromSeconds(30),
                "a migration that waits"
            );
            await RunAsync(serving, "SET statement_timeout = '20s'");
            Assert.Equal(0, await CountAsync(serving, "journal"));
            Assert.False(migrating.IsCompleted);

            await RunAsync(reading, "COMMIT");
            await migrating.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(Files.Count, await CountAsync(serving, "migration"));
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }

    /// <summary>What a backup before an upgrade is told when it is the new version's.</summary>
    [Fact]
    public async Task Data_of_an_older_version_is_left_to_that_version_s_backup()
    {
        var server = await PostgresServer.GetAsync();
        var database = await server.CreateDatabaseAsync();
        try
        {
            var options = PostgresHarness.OptionsFor(server, database, "");
            await using var source = NpgsqlDataSource.Create(options.OwnerConnectionString!);
            await MigrateToAsync(source, 5);

            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() =>
                PostgresStore.RequireCurrentAsync(options)
            );

            Assert.Equal(
                $"The data in the database {database} is of an older version (schema 5, this version knows {Files.Count}). "
                    + "Make a backup before an upgrade with the palisade of the version that its servers run; "
                    + "to go on with this one, run palisade admin migrate. Only a restore leads back.",
                refused.Message
            );
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }

    /// <summary>The embedded files, in order.</summary>
    private static IReadOnlyList<string> Files =>
        [
            .. typeof(PostgresStore)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.Contains(".Postgres.Migrations.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private static async Task MigrateToAsync(NpgsqlDataSource source, int version)
    {
        await using var connection = await source.OpenConnectionAsync();
        await RunAsync(
            connection,
            "CREATE TABLE migration (version integer PRIMARY KEY, name text NOT NULL, applied bigint NOT NULL)"
        );
        foreach (var (number, name) in Files.Take(version).Index())
        {
            using var file = new StreamReader(typeof(PostgresStore).Assembly.GetManifestResourceStream(name)!);
            await RunAsync(connection, await file.ReadToEndAsync());
            await RunAsync(connection, $"INSERT INTO migration (version, name, applied) VALUES ({number + 1}, '', 0)");
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string from)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {from}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
