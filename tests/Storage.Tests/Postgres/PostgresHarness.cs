using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Driver;
using Palisade.Storage.Postgres;
using Palisade.Storage.Tests.Sqlite;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Stores on a database of their own, removed at the end.</summary>
/// <param name="configure">What differs from what tests have otherwise.</param>
public sealed class PostgresHarness(Action<PostgresStoreOptions>? configure = null) : IStoreHarness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The migrated database that every test's is a copy of.</summary>
    private static readonly Lazy<Task<string>> Template = new(MigrateAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-store-").FullName;
    private PostgresServer? _server;

    internal PostgresServer Server => _server!;

    internal ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal string Database { get; private set; } = "";

    internal PostgresStoreOptions Options { get; private set; } = new();

    public async Task<IStore> OpenAsync(TimeProvider clock) => await OpenAsync(clock, configure ?? (_ => { }));

    /// <summary>One more store on the same database, as another process would have it.</summary>
    internal async Task<PostgresStore> OpenAsync(TimeProvider? clock, Action<PostgresStoreOptions> change)
    {
        if (_server is null)
        {
            _server = await PostgresServer.GetAsync();
            Database = await _server.CreateDatabaseAsync(await Template.Value);
            Options = OptionsFor(_server, Database, _folder);
        }

        change(Options);
        return await PostgresStore.OpenAsync(Options, clock, Loggers);
    }

    /// <summary>A transaction of somebody else that has run this; it is undone with the connection.</summary>
    internal async Task<NpgsqlConnection> BeginAsync(string sql)
    {
        var connection = new NpgsqlConnection(Server.ConnectionString(Database, "app") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    internal async Task OneWaitsForALockAsync(Task append)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (
            await Server.RunAsync(
                "postgres",
                $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database}' AND wait_event_type = 'Lock'"
            ) == 0
        )
        {
            Assert.False(append.IsCompleted, "the append did not wait");
            await Task.Delay(5, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DropDatabaseAsync(Database);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> MigrateAsync()
    {
        var server = await PostgresServer.GetAsync();
        var database = await server.CreateDatabaseAsync();
        await PostgresStore.MigrateAsync(OptionsFor(server, database, ""), NullLoggerFactory.Instance);
        return database;
    }

    internal static PostgresStoreOptions OptionsFor(PostgresServer server, string database, string folder) =>
        new()
        {
            ConnectionString = server.ConnectionString(database, "app"),
            OwnerConnectionString = server.ConnectionString(database, "owner"),
            RetentionConnectionString = server.ConnectionString(database, "retention"),
            KeysDirectory = Path.Combine(folder, "keys"),
            ObjectsDirectory = Path.Combine(folder, "objects"),
            LogsDirectory = Path.Combine(folder, "logs"),
            LogSegmentBytes = 64 << 10,
            Events = SqliteHarness.Events,
            MaxConnections = 8,
        };
}
