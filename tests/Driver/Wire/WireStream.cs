using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>A TLS connection with the little buffering that reading HTTP heads and frames needs.</summary>
internal sealed class WireStream : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[32 * 1024];
    private Stream? _stream;
    private int _start;
    private int _end;

    /// <summary>COMPAT: any certificate is accepted and no ALPN offered, as by the official client.</summary>
    public static async Task<WireStream> ConnectAsync(ConvoxTarget target, CancellationToken ct)
    {
        var wire = new WireStream();
        try
        {
            var loopback = target.Host == "localhost" || target.Host.EndsWith(".localhost", StringComparison.Ordinal);
            if (loopback)
            {
                await wire._tcp.ConnectAsync(IPAddress.Loopback, target.Port, ct);
            }
            else
            {
                await wire._tcp.ConnectAsync(target.Host, target.Port, ct);
            }

            var tls = new SslStream(wire._tcp.GetStream());
            wire._stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = target.Host,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                },
                ct
            );
            return wire;
        }
        catch (Exception e)
        {
            await wire.DisposeAsync();
            if (e is SocketException)
            {
                throw new IOException($"{target.Authority}: {e.Message}", e);
            }

            throw;
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await _stream!.WriteAsync(bytes, ct);
        await _stream.FlushAsync(ct);
    }

    /// <summary>A line without its CRLF; null at the end of the stream.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end && !await FillAsync(ct))
            {
                return line.Count == 0 ? null : throw new EndOfStreamException("The connection ended inside a line.");
            }

            var b = _buffer[_start++];
            if (b == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(b);
        }
    }

    public async Task<byte[]> ReadExactlyAsync(int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count; )
        {
            if (_start == _end && !await FillAsync(ct))
            {
                throw new EndOfStreamException($"The connection ended after {done} of {count} bytes.");
            }

            var part = Math.Min(count - done, _end - _start);
            Array.Copy(_buffer, _start, bytes, done, part);
            (_start, done) = (_start + part, done + part);
        }

        return bytes;
    }

    public async Task<byte[]> ReadToEndAsync(CancellationToken ct)
    {
        using var all = new MemoryStream();
        do
        {
            all.Write(_buffer, _start, _end - _start);
            _start = _end;
        } while (await FillAsync(ct));

        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _tcp.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        (_start, _end) = (0, await _stream!.ReadAsync(_buffer, ct));
        return _end > 0;
    }
}
