using System.Buffers;
using System.Buffers.Binary;

namespace Palisade.Web.Streams;

/// <summary>
/// Sends frames one at a time. A pong never waits for a data frame that the client is slow to take: the read loop would
/// stand still, and with it the detection of a client that left. The frame under way sends it afterwards; only the
/// newest ping is answered (RFC 6455 section 5.5.3).
/// </summary>
internal sealed class FrameWriter(Stream stream) : IDisposable
{
    /// <summary>Bytes of one data frame at most; longer data becomes several frames.</summary>
    public const int MaxData = 32 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[]? _pong;
    private bool _closed;

    /// <summary>
    /// Sends data as text frames. They may hold any bytes: that is what the convox client expects (convox-wire.md 1.8).
    /// </summary>
    public async ValueTask TextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (data.Length > 0)
        {
            var part = data[..Math.Min(data.Length, MaxData)];
            await FrameAsync(Opcode.Text, part, cancellationToken);
            data = data[part.Length..];
        }
    }

    /// <summary>The end of our stream: an empty binary frame.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) =>
        FrameAsync(Opcode.Binary, default, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) =>
        FrameAsync(Opcode.Ping, default, cancellationToken);

    /// <summary>The last frame; what is sent after it is dropped.</summary>
    public async ValueTask CloseAsync(ushort code, CancellationToken cancellationToken)
    {
        var body = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(body, code);
        await FrameAsync(Opcode.Close, body, cancellationToken);
    }

    /// <summary>Answers a ping now if no frame is under way, otherwise right after it.</summary>
    public async ValueTask PongAsync(byte[] payload, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _pong, payload);
        await DrainPongAsync(cancellationToken);
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask FrameAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(opcode, payload, cancellationToken);
            _closed |= opcode == Opcode.Close;
        }
        finally
        {
            _turn.Release();
        }

        await DrainPongAsync(cancellationToken);
    }

    // Whoever releases the turn looks again, so a pong left while a frame was under way is never forgotten.
    private async ValueTask DrainPongAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _pong) is not null && _turn.Wait(0, CancellationToken.None))
        {
            try
            {
                if (Interlocked.Exchange(ref _pong, null) is { } payload)
                {
                    await WriteAsync(Opcode.Pong, payload, cancellationToken);
                }
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    private async ValueTask WriteAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(FrameHead.MaxSize + payload.Length);
        try
        {
            var head = FrameHead.Write(buffer, opcode, payload.Length);
            payload.Span.CopyTo(buffer.AsSpan(head));
            await stream.WriteAsync(buffer.AsMemory(0, head + payload.Length), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        finally
        {
            // Exec output can hold secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
