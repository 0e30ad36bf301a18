using System.Net;
using System.Net.Sockets;

namespace Palisade.Racks.Local.Tests.Network;

/// <summary>A TCP listener of the host that says hello to whoever reaches it.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _loop;

    private Listener(TcpListener listener)
    {
        _listener = listener;
        _listener.Start();
        _loop = LoopAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static Listener Start(IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            listener.Server.DualMode = true;
        }

        return new(listener);
    }

    public static async Task<bool> ReachesAsync(string address, int port)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await client.ConnectAsync(address, port, limit.Token);
            return await client.GetStream().ReadAsync(new byte[16], limit.Token) > 0;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

    public static async Task UntilReachedAsync(string address, int port)
    {
        for (var i = 0; !await ReachesAsync(address, port); i++)
        {
            Assert.True(i < 50, $"Nothing listens on {address}:{port}.");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("hello\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or IOException)
        {
            return;
        }
    }
}
