using System.Net.Sockets;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>
/// Stands between a store and its server. Now and then it takes an answer and ends the connection instead of passing it
/// on: what was asked for is done, and whoever asked does not know.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly string _server;
    private readonly Random _random;
    private readonly double _share;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private int _cuts;

    private CuttingProxy(string server, string folder, int seed, double share)
    {
        (_server, Folder, _random, _share) = (server, folder, new(seed), share);
        Directory.CreateDirectory(folder);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketIn(folder)));
        _listener.Listen();
        _loop = AcceptAsync();
    }

    /// <param name="share">Of answers that are taken.</param>
    public static CuttingProxy Start(string server, string folder, int seed, double share) =>
        new(server, folder, seed, share);

    /// <summary>Where the store finds it.</summary>
    public string Folder { get; }

    public int Cuts => _cuts;

    /// <summary>Answers are taken from here on.</summary>
    public volatile bool Cutting;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private static string SocketIn(string folder) => Path.Combine(folder, ".s.PGSQL.5432");

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(SocketIn(_server)), _stop.Token);
                await await Task.WhenAny(
                    CopyAsync(client, server, mayCut: false),
                    CopyAsync(server, client, mayCut: true)
                );
            }
            catch (Exception exception)
                when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of them ended the connection.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool mayCut)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var length)
        {
            if (mayCut && Cutting && Draw())
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            for (var sent = 0; sent < length; )
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), _stop.Token);
            }
        }
    }

    private bool Draw()
    {
        lock (_gate)
        {
            return _random.NextDouble() < _share;
        }
    }
}
