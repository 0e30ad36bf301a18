using System.Net.Sockets;
using System.Text;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>
/// Stands between a store and its server. Now and then it takes an answer and ends the connection instead of passing it
/// on: what was asked for is done, and whoever asked does not know. It also does that to all connections at once
/// without the server's knowing, and keeps what was sent for later.
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
    private readonly List<Relay> _relays = [];
    private readonly TaskCompletionSource _held = new();
    private readonly TaskCompletionSource _deliver = new();
    private readonly TaskCompletionSource _answered = new();
    private byte[] _holding = [];
    private int _cuts;

    private sealed class Relay(Socket client)
    {
        /// <summary>The client is gone, and the server's side stays.</summary>
        public bool IsLeft { get; private set; }

        /// <summary>Something that the client sent is kept for later.</summary>
        public bool Holds { get; set; }

        public void Leave()
        {
            IsLeft = true;
            client.Dispose();
        }
    }

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

    /// <summary>Keeps what a client sends with this in it, and completes when it has something.</summary>
    public Task HoldAsync(string text)
    {
        _holding = Encoding.UTF8.GetBytes(text);
        return _held.Task;
    }

    /// <summary>
    /// Passes on what was held, and completes when the server has answered it or ended the connection.
    /// </summary>
    public Task DeliverAsync()
    {
        _deliver.SetResult();
        return _answered.Task;
    }

    /// <summary>Ends all connections for the clients that have them. The server notices nothing.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _holding = [];
            _relays.ForEach(relay => relay.Leave());
            _relays.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _deliver.TrySetResult();
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
            var relay = new Relay(client);
            lock (_gate)
            {
                _relays.Add(relay);
            }

            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(SocketIn(_server)), _stop.Token);
                await await Task.WhenAny(AskAsync(client, server, relay), AnswerAsync(server, client, relay));
            }
            catch (Exception exception)
                when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of them ended the connection.
            }

            if (relay.IsLeft)
            {
                await Task.WhenAny(Task.Delay(Timeout.Infinite, _stop.Token));
            }
        }
    }

    private async Task AskAsync(Socket client, Socket server, Relay relay)
    {
        var buffer = new byte[64 << 10];
        while (await client.ReceiveAsync(buffer, _stop.Token) is > 0 and var length)
        {
            if (_holding is { Length: > 0 } text && buffer.AsSpan(0, length).IndexOf(text) >= 0)
            {
                relay.Holds = true;
                _held.TrySetResult();
                await _deliver.Task;
            }

            await SendAsync(server, buffer.AsMemory(0, length));
        }
    }

    private async Task AnswerAsync(Socket server, Socket client, Relay relay)
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            var length = await server.ReceiveAsync(buffer, _stop.Token);
            if (relay.Holds)
            {
                _answered.TrySetResult();
            }

            if (length == 0)
            {
                return;
            }

            if (Cutting && Draw())
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            await SendAsync(client, buffer.AsMemory(0, length));
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
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
