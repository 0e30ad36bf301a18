using System.Globalization;

namespace Palisade.Bench;

/// <summary>
/// A server and HTTPS keep-alive clients, each with an app of its own whose environment it changes: each change is one
/// durable append of a record, an event, a release and a sealed environment.
/// </summary>
internal sealed class EnvSetLoad : IAsyncDisposable
{
    private readonly BenchServer _server;
    private readonly string[] _apps;
    private readonly KeepAliveConnection[] _connections;
    private readonly int[] _changes;

    private EnvSetLoad(BenchServer server, string[] apps, KeepAliveConnection[] connections) =>
        (_server, _apps, _connections, _changes) = (server, apps, connections, new int[apps.Length]);

    public string Database => Path.Combine(_server.Process.Data, "palisade.db");

    /// <summary>A server that runs warm, and as many apps as clients.</summary>
    public static async Task<EnvSetLoad> StartAsync(int clients, CancellationToken ct)
    {
        var server = await BenchServer.StartAsync(ct);
        var apps = Enumerable
            .Range(0, clients)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"bench{i}"))
            .ToArray();
        await Task.WhenAll(apps.Select(app => server.CreateAppAsync(app, ct)));
        var load = new EnvSetLoad(
            server,
            apps,
            await KeepAliveConnection.OpenAsync(server.Process.HttpsPort, clients, ct)
        );
        await Rounds.PerSecondAsync(load.ChangeAsync, clients, Rounds.WarmUp, ct);
        return load;
    }

    /// <summary>The stream of a client's app.</summary>
    public string StreamOf(int client) => $"app/{_server.Rack}/{_apps[client]}";

    /// <summary>One change, acknowledged when it ends.</summary>
    public async Task ChangeAsync(int client, CancellationToken ct) =>
        await _connections[client]
            .SendAsync(
                KeepAliveConnection.Request(
                    "POST",
                    $"/apps/{_apps[client]}/releases",
                    _server.Headers,
                    string.Create(CultureInfo.InvariantCulture, $"env=GREETING%3Dhello%0ACHANGE%3D{++_changes[client]}")
                ),
                ct
            );

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
