using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// Nodes that share a new database of the PostgreSQL that this process started, a key ring and objects.
/// </summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly string _shared = Directory.CreateTempSubdirectory("pc").FullName;
    private readonly List<BenchServer> _nodes = [];
    private readonly PostgresServer _postgres;
    private readonly string _database;

    private BenchCluster(PostgresServer postgres, string database) => (_postgres, _database) = (postgres, database);

    public IReadOnlyList<BenchServer> Nodes => _nodes;

    /// <summary>The first node: the administrator's, with the local rack.</summary>
    public BenchServer First => _nodes[0];

    /// <summary>Of the app's login.</summary>
    public string ConnectionString => _postgres.ConnectionString(_database, "app");

    /// <summary>Of the master key ring that all nodes share.</summary>
    public string KeysDirectory => Path.Combine(_shared, "keys");

    public string ObjectsDirectory => Path.Combine(_shared, "objects");

    public static async Task<BenchCluster> StartAsync(int nodes, CancellationToken ct)
    {
        var postgres = await PostgresServer.GetAsync();
        var cluster = new BenchCluster(postgres, await postgres.CreateDatabaseAsync());
        try
        {
            for (var i = 0; i < nodes; i++)
            {
                await cluster.AddAsync(ct);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>As the superuser; gives a number that was asked for.</summary>
    public Task<long> RunAsync(string sql) => _postgres.RunAsync(_database, sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        await _postgres.DropDatabaseAsync(_database);
        Directory.Delete(_shared, recursive: true);
    }

    private async Task AddAsync(CancellationToken ct) =>
        _nodes.Add(
            await BenchServer.StartNodeAsync(
                new Dictionary<string, string>
                {
                    ["Postgres__ConnectionString"] = ConnectionString,
                    ["Postgres__OwnerConnectionString"] = _postgres.ConnectionString(_database, "owner"),
                    ["Postgres__RetentionConnectionString"] = _postgres.ConnectionString(_database, "retention"),
                    ["Postgres__KeysDirectory"] = KeysDirectory,
                    ["Postgres__ObjectsDirectory"] = ObjectsDirectory,
                },
                ConnectionString,
                _nodes.FirstOrDefault(),
                ct
            )
        );
}
