using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Grains.Tests.Outgoing;

/// <summary>
/// A plain HTTP server on a free loopback port that gives every request the same bytes, and counts who connected.
/// </summary>
internal sealed class Answering : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="answer">Sent to each request; the connection is closed afterwards unless it is kept
    /// <paramref name="open"/>.</param>
    public Answering(string answer, bool open = false)
    {
        _listener.Start();
        _loop = AcceptAsync(answer, open);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    /// <summary>What was sent, up to the end of the headers and the beginning of the body.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync(string answer, bool open)
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                served.Add(ServeAsync(client, answer, open));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client, string answer, bool open)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16 * 1024];
                var text = "";
                while (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    text += Encoding.Latin1.GetString(buffer, 0, read);
                    if (read == 0)
                    {
                        return;
                    }
                }

                Requests.Enqueue(text);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                if (open)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client left, or the test is over.
            }
        }
    }
}
