using System.Net;
using System.Net.Sockets;
using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>Small questions that several tests ask.</summary>
internal static class Stage
{
    /// <summary>Everything that an app's log holds now, with the source of each line.</summary>
    public static async Task<string> LogAsync(this ConvoxClient client, string app)
    {
        await using var socket = await client.LogsAsync(app, follow: false, since: "1h");
        using var all = new MemoryStream();
        while (await socket.ReadAsync() is { } piece)
        {
            all.Write(piece);
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>
    /// One request through the router on a new connection: status and body; 0 when there is no answer.
    /// </summary>
    public static async Task<(int Status, string Body)> AskAsync(
        this ServerProcess server,
        string host,
        string path = "/"
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.RouterPort}{path}");
        request.Headers.Host = host;
        try
        {
            using var answer = await http.SendAsync(request);
            return ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Trim());
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return (0, e.Message);
        }
    }

    /// <summary>Whether a TCP connection can be opened.</summary>
    public static async Task<bool> ConnectsAsync(IPAddress address, int port)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await client.ConnectAsync(address, port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Fails when anything of the rack is left on the machine after <c>--stop-apps</c>.</summary>
    public static void AssertNothingLeft(this Machine machine)
    {
        Assert.Empty(machine.Processes(""));
        Assert.Empty(machine.Interfaces());
        Assert.Empty(machine.FirewallLines());
        Assert.Empty(machine.Namespaces());
        Assert.Empty(machine.Mounts());
        Assert.False(machine.HasCgroup(), "the rack's cgroup is left");
        Assert.False(Directory.Exists($"/run/palisade/{machine.Hash}"), "the rack's folder below /run is left");
    }
}
