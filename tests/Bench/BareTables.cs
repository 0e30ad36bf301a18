using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// What one would make for apps and an audit trail without more: a row each, and an index to look by time.
/// </summary>
internal sealed class BareTables : IAsyncDisposable
{
    private const string Tables = """
        CREATE TABLE app (
            name text COLLATE "C" PRIMARY KEY,
            version bigint NOT NULL,
            status text NOT NULL,
            release text NOT NULL,
            generation text NOT NULL,
            locked boolean NOT NULL,
            router text NOT NULL
        ) WITH (fillfactor = 50);
        CREATE TABLE audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT now(),
            actor text NOT NULL,
            operation text NOT NULL,
            resource text NOT NULL,
            details text NOT NULL
        );
        CREATE INDEX audit_at ON audit (at);
        GRANT SELECT, INSERT, UPDATE ON app, audit TO app;
        """;

    private readonly PostgresServer _postgres;
    private readonly string _database;

    private BareTables(PostgresServer postgres, string database) => (_postgres, _database) = (postgres, database);

    public string ConnectionString => _postgres.ConnectionString(_database, "app");

    /// <summary>In a database of its own, on the server that the product's is on.</summary>
    /// <param name="apps">Rows named <c>bench0</c> and so on.</param>
    public static async Task<BareTables> CreateAsync(int apps)
    {
        var postgres = await PostgresServer.GetAsync();
        var tables = new BareTables(postgres, await postgres.CreateDatabaseAsync());
        await postgres.RunAsync(tables._database, Tables, "owner");
        await postgres.RunAsync(
            tables._database,
            $"INSERT INTO app SELECT 'bench' || i, 1, 'running', '', '2', false, 'local.main.localhost:8080' FROM generate_series(0, {apps - 1}) i",
            "owner"
        );
        return tables;
    }

    public async ValueTask DisposeAsync() => await _postgres.DropDatabaseAsync(_database);
}
