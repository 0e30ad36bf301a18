using System.Globalization;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>
/// Servers that share a PostgreSQL database, a key ring and a folder of objects. The first one has the local rack.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly string _shared = Directory.CreateTempSubdirectory("pc").FullName;
    private readonly List<ServerProcess> _nodes = [];
    private readonly List<int> _ports = [];
    private readonly PostgresServer _postgres;

    private Cluster(PostgresServer postgres, string database) => (_postgres, Database) = (postgres, database);

    public IReadOnlyList<ServerProcess> Nodes => _nodes;

    /// <summary>Ports of the nodes' internal endpoints.</summary>
    public IReadOnlyList<int> Ports => _ports;

    public string Database { get; }

    /// <param name="nodes">How many.</param>
    /// <param name="own">A PostgreSQL of the test's own, which ends it.</param>
    public static async Task<Cluster> StartAsync(int nodes, PostgresServer? own = null)
    {
        var postgres = own ?? await PostgresServer.GetAsync();
        var cluster = new Cluster(postgres, await postgres.CreateDatabaseAsync());
        try
        {
            for (var i = 0; i < nodes; i++)
            {
                await cluster.AddAsync();
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more node.</summary>
    public async Task<ServerProcess> AddAsync(params (string Name, string Value)[] settings)
    {
        var port = FreePort.Next();
        var node = await ServerProcess.StartAsync(
            new()
            {
                Environment = new Dictionary<string, string>(
                    settings.Select(s => KeyValuePair.Create(s.Name, s.Value)).Concat(_postgres.Environment(Database))
                )
                {
                    ["Postgres__KeysDirectory"] = Path.Combine(_shared, "keys"),
                    ["Postgres__ObjectsDirectory"] = Path.Combine(_shared, "objects"),
                    ["Node__Port"] = settings.Contains(("Node__Racks", "false"))
                        ? "0"
                        : port.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        _nodes.Add(node);
        _ports.Add(port);
        return node;
    }

    /// <summary>The first administrator, at a node.</summary>
    public ConvoxClient ClientAt(int node)
    {
        var target = ConvoxTarget.Of(_nodes[0]);
        return new(target with { Port = _nodes[node].HttpsPort });
    }

    public Task<long> CountAsync(string sql) => _postgres.RunAsync(Database, sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        await _postgres.DropDatabaseAsync(Database);
        Directory.Delete(_shared, recursive: true);
    }
}
