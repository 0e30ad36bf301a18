using System.Globalization;

namespace Palisade.Bench;

/// <summary>
/// HTTPS keep-alive clients of a cluster's nodes, in turn, each with an app of its own; and the same clients of bare
/// endpoints on the same PostgreSQL server, with the same TLS and runtime settings.
/// </summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<KeepAliveConnection> _connections = [];
    private readonly int _clients;

    private ClusterLoad(int clients) => _clients = clients;

    public static ClusterLoad Of(int clients) => new(clients);

    /// <summary>Reads, or changes, of a cluster of so many nodes.</summary>
    public async Task<Func<CancellationToken, Task<double>>> OursAsync(int nodes, bool change, CancellationToken ct)
    {
        var cluster = await BenchCluster.StartAsync(nodes, ct);
        _parts.Add(cluster);
        await Task.WhenAll(
            Enumerable.Range(0, _clients).Select(client => cluster.First.CreateAppAsync(App(client), ct))
        );
        return await CallsAsync(
            client => cluster.Nodes[client % nodes].Process.HttpsPort,
            (client, turn) => Call(change, $"/apps/{App(client)}", cluster.First.Headers, turn),
            ct
        );
    }

    /// <summary>The same of each kind of bare endpoint.</summary>
    public async Task<IReadOnlyList<Func<CancellationToken, Task<double>>>> BareAsync(bool change, CancellationToken ct)
    {
        var tables = await BareTables.CreateAsync(_clients);
        _parts.Add(tables);
        var certificate = ((BenchCluster)_parts[0]).First.Certificate;
        var bare = await BareProcess.StartAsync(certificate, tables.ConnectionString, ct);
        _parts.Add(bare);
        var rates = new List<Func<CancellationToken, Task<double>>>();
        foreach (var kind in BareEndpoints.Kinds)
        {
            rates.Add(
                await CallsAsync(
                    _ => bare.Port,
                    (client, turn) => Call(change, $"{kind}/apps/{App(client)}", [], turn),
                    ct
                )
            );
        }

        return rates;
    }

    /// <summary>
    /// A request's bytes. Every second change undoes the one before, so that each changes something.
    /// </summary>
    public static byte[] Call(bool change, string path, string[] headers, bool turn) =>
        change
            ? KeepAliveConnection.Request("PUT", path, headers, turn ? "lock=true" : "lock=false")
            : KeepAliveConnection.Request("GET", path, headers);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }
    }

    private static string App(int client) => string.Create(CultureInfo.InvariantCulture, $"bench{client}");

    private async Task<Func<CancellationToken, Task<double>>> CallsAsync(
        Func<int, int> port,
        Func<int, bool, byte[]> request,
        CancellationToken ct
    )
    {
        var connections = new KeepAliveConnection[_clients];
        var requests = new byte[_clients][][];
        for (var client = 0; client < _clients; client++)
        {
            connections[client] = await KeepAliveConnection.OpenAsync(port(client), ct);
            _connections.Add(connections[client]);
            requests[client] = [request(client, false), request(client, true)];
        }

        var calls = new int[_clients];
        await Rounds.PerSecondAsync(SendAsync, _clients, Rounds.WarmUp, ct);
        return token => Rounds.PerSecondAsync(SendAsync, _clients, RoundTime, token);

        async Task SendAsync(int client, CancellationToken token) =>
            await connections[client].SendAsync(requests[client][++calls[client] % 2], token);
    }
}
