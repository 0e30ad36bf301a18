using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>
/// The client's end of a websocket, framed by hand (RFC 6455): text frames with any bytes both ways, a binary frame as
/// the end of a stream, a ping every five seconds, and never a close frame of its own (convox-wire.md 1.8).
/// </summary>
public sealed class ConvoxSocket : IAsyncDisposable
{
    private const int Slice = 1024;
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private readonly WireStream _wire;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _pinging = Task.CompletedTask;
    private bool _ended;

    private ConvoxSocket(WireStream wire) => _wire = wire;

    /// <summary>Why the stream ended: a binary frame, a close frame with its code, or a lost connection.</summary>
    public string? EndedBy { get; private set; }

    /// <summary>Upgrades; anything but 101 is the client's <c>websocket: bad handshake</c>.</summary>
    internal static async Task<ConvoxSocket> OpenAsync(
        ConvoxTarget target,
        WireRequest request,
        TimeSpan pingEvery,
        CancellationToken ct
    )
    {
        var wire = await WireStream.ConnectAsync(target, ct);
        try
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            await wire.WriteAsync(Encoding.UTF8.GetBytes(Head(target, request, key)), ct);
            var (status, headers) = await GoHttp.ReadHeadAsync(wire, ct);
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 for the accept key; it protects nothing.
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
            if (status != 101 || headers.GetValueOrDefault("Sec-WebSocket-Accept") != accept)
            {
                throw new ConvoxException("websocket: bad handshake", status);
            }

            var socket = new ConvoxSocket(wire);
            socket._pinging = socket.PingAsync(pingEvery);
            return socket;
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends bytes as stdin gives them: text frames of at most 1024 bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct = default)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(Slice, bytes.Length)..])
        {
            await WriteFrameAsync(Opcode.Text, bytes[..Math.Min(Slice, bytes.Length)], ct);
        }
    }

    /// <summary>Says that there is no more input: one empty binary frame.</summary>
    public Task SendEndAsync(CancellationToken ct = default) => WriteFrameAsync(Opcode.Binary, default, ct);

    /// <summary>
    /// The next piece of the stream; null at its end. A lost connection is an end too, as for the client.
    /// </summary>
    public async Task<byte[]?> ReadAsync(CancellationToken ct = default)
    {
        while (!_ended)
        {
            try
            {
                var (opcode, payload) = await ReadFrameAsync(ct);
                switch (opcode)
                {
                    case Opcode.Continuation or Opcode.Text:
                        return payload;
                    case Opcode.Ping:
                        await WriteFrameAsync(Opcode.Pong, payload, ct);
                        break;
                    case Opcode.Binary:
                        End("binary frame");
                        break;
                    case Opcode.Close:
                        End($"close {(payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005)}");
                        break;
                }
            }
            catch (IOException e)
            {
                End($"lost connection: {e.Message}");
            }
        }

        return null;
    }

    /// <summary>Everything until the end of the stream.</summary>
    public async Task<byte[]> ReadToEndAsync(CancellationToken ct = default)
    {
        using var all = new MemoryStream();
        while (await ReadAsync(ct) is { } piece)
        {
            all.Write(piece);
        }

        return all.ToArray();
    }

    /// <summary>Drops the connection without a word, as the client's exit does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _pinging;
        await _wire.DisposeAsync();
        _closing.Dispose();
        _writing.Dispose();
    }

    private static string Head(ConvoxTarget target, WireRequest request, string key)
    {
        var head = new StringBuilder($"GET {request.Path} HTTP/1.1\r\nHost: {target.Authority}\r\n")
            .Append("User-Agent: convox.go/dev\r\nAuthorization: ")
            .Append(target.Authorization)
            .Append("\r\nConnection: Upgrade\r\nOrigin: https://")
            .Append(target.Authority.ToLowerInvariant())
            .Append("\r\nSec-WebSocket-Key: ")
            .Append(key)
            .Append("\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
        GoHttp.AppendCommon(head, target, request);
        return head.Append("\r\n").ToString();
    }

    private void End(string by) => (_ended, EndedBy) = (true, by);

    private async Task PingAsync(TimeSpan every)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, _closing.Token);
                await WriteFrameAsync(Opcode.Ping, default, _closing.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The socket is being dropped, or the server has gone: the reader says so.
        }
    }

    private async Task WriteFrameAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        var length = payload.Length;
        var head = length < 126 ? 2 : 4;
        var frame = new byte[head + 4 + length];
        frame[0] = (byte)(0x80 | (int)opcode);
        frame[1] = (byte)(0x80 | (length < 126 ? length : 126));
        if (length >= 126)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)length));
        }

        var mask = frame.AsSpan(head, 4);
        RandomNumberGenerator.Fill(mask);
        for (var i = 0; i < length; i++)
        {
            frame[head + 4 + i] = (byte)(payload.Span[i] ^ mask[i % 4]);
        }

        await _writing.WaitAsync(ct);
        try
        {
            await _wire.WriteAsync(frame, ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<(Opcode Opcode, byte[] Payload)> ReadFrameAsync(CancellationToken ct)
    {
        var head = await _wire.ReadExactlyAsync(2, ct);
        if ((head[1] & 0x80) != 0)
        {
            throw new IOException("The server masked a frame.");
        }

        long length = head[1] & 0x7F;
        length = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await _wire.ReadExactlyAsync(2, ct)),
            127 => BinaryPrimitives.ReadInt64BigEndian(await _wire.ReadExactlyAsync(8, ct)),
            _ => length,
        };
        return ((Opcode)(head[0] & 0x0F), await _wire.ReadExactlyAsync(checked((int)length), ct));
    }

    private enum Opcode
    {
        Continuation = 0,
        Text = 1,
        Binary = 2,
        Close = 8,
        Ping = 9,
        Pong = 10,
    }
}
