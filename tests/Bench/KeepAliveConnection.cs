using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Bench;

/// <summary>
/// An HTTPS keep-alive connection that costs little: requests are bytes made before, of answers only status and length
/// are read.
/// </summary>
internal sealed class KeepAliveConnection : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[32 * 1024];
    private SslStream? _tls;

    public static async Task<KeepAliveConnection> OpenAsync(int port, CancellationToken ct)
    {
        var connection = new KeepAliveConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, port, ct);
        connection._tls = new SslStream(connection._tcp.GetStream());
        await connection._tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, c, _, _) => c is not null,
            },
            ct
        );
        return connection;
    }

    /// <summary>So many of them.</summary>
    public static Task<KeepAliveConnection[]> OpenAsync(int port, int count, CancellationToken ct) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(port, ct)));

    /// <summary>A request's bytes.</summary>
    public static byte[] Request(string method, string path, IEnumerable<string> headers, string? form = null)
    {
        var text = new StringBuilder(
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: palisade-bench\r\nAccept: */*\r\n"
        );
        foreach (var header in headers)
        {
            text.Append(header).Append("\r\n");
        }

        if (form is not null)
        {
            text.Append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ")
                .Append(form.Length)
                .Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("\r\n").Append(form).ToString());
    }

    /// <summary>Sends, and reads the answer to its end.</summary>
    /// <exception cref="InvalidDataException">The answer is not a 200 with its length.</exception>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        await _tls!.WriteAsync(request, ct);
        var count = 0;
        while (true)
        {
            var read = await _tls.ReadAsync(_buffer.AsMemory(count), ct);
            count += read > 0 ? read : throw new EndOfStreamException("The server closed the connection.");
            if (Length(_buffer.AsSpan(0, count)) is { } length && count >= length)
            {
                return _buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8)
                    ? length
                    : throw new InvalidDataException(Encoding.UTF8.GetString(_buffer, 0, count));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }

        _tcp.Dispose();
    }

    /// <summary>Bytes of the whole answer once its head is there.</summary>
    private static int? Length(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var head = answer[..(end + 2)];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) ? end + 4 + length
            : answer.EndsWith("\r\n0\r\n\r\n"u8) ? answer.Length
            : head.IndexOf("Transfer-Encoding: chunked"u8) >= 0 ? null
            : throw new InvalidDataException("The answer has no length.");
    }
}
