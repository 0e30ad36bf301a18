using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>
/// A tiny HTTP/1.1 process on loopback with keep-alive that can die as a container does: listener and connections gone
/// at once. It answers with its name and the request's head.
/// </summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = SelfSigned();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private int _requests;
    private int _checks;
    private int _wrongChecks;

    /// <param name="backlog">How many connections wait for it before the kernel lets new ones wait in vain.</param>
    public RawBackend(string name, int? backlog = null)
    {
        Name = name;
        _listener.Start(backlog ?? (int)SocketOptionName.MaxConnections);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>Requests other than health checks.</summary>
    public int Requests => _requests;

    public int HealthStatus { get; set; } = 200;

    /// <summary>Where it has its health check; checks of another path are wrong ones, answered with 404.</summary>
    public string HealthPath { get; init; } = "/health";

    /// <summary>Health checks at the right path.</summary>
    public int Checks => _checks;

    public int WrongChecks => _wrongChecks;

    /// <summary>Speaks TLS with a certificate of its own that nobody trusts.</summary>
    public bool Tls { get; init; }

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Closes each connection after reading a request, without an answer.</summary>
    public bool Mute { get; set; }

    /// <summary>It accepts no connection until this has completed.</summary>
    public Task Busy { get; set; } = Task.CompletedTask;

    public void Kill()
    {
        _ending.Cancel();
        _listener.Stop();
        foreach (var socket in _sockets.Keys)
        {
            Reset(socket);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ending.Dispose();
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // ServeAsync closed it at the same moment.
        }
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await Busy.WaitAsync(_ending.Token);
            var socket = await _listener.AcceptSocketAsync(_ending.Token);
            _sockets[socket] = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = await OpenAsync(socket);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            while (await ReadHeadAsync(reader) is { } head)
            {
                var health = head.Contains("Palisade-Health", StringComparison.Ordinal);
                var right = head.StartsWith($"GET {HealthPath} ", StringComparison.Ordinal);
                Interlocked.Increment(ref !health ? ref _requests : ref right ? ref _checks : ref _wrongChecks);
                if (!health || !right)
                {
                    await Task.Delay(Delay, _ending.Token);
                    if (Mute)
                    {
                        return;
                    }
                }

                var body = $"{Name}\n{head}";
                var status =
                    !health ? 200
                    : right ? HealthStatus
                    : 404;
                var last = head.Contains("connection: close", StringComparison.OrdinalIgnoreCase);
                var answer =
                    $"HTTP/1.1 {status} S\r\nContent-Length: {body.Length}\r\nContent-Type: text/plain\r\n"
                    + $"{(last ? "Connection: close\r\n" : "")}\r\n{body}";
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _ending.Token);
                if (last)
                {
                    return;
                }
            }
        }
        catch (Exception e)
            when (e
                    is IOException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or SocketException
                        or AuthenticationException
            )
        {
            // The client or Kill ended the connection.
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!Tls)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(Certificate);
        return secure;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=container", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task<string?> ReadHeadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                for (var read = 0; read < length; read++)
                {
                    await reader.ReadAsync(new char[1]);
                }

                return head.ToString();
            }

            head.Append(line).Append('\n');
            if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line[15..]);
            }
        }

        return null;
    }
}
