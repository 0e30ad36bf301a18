using System.Buffers;
using System.IO.Pipelines;

namespace Palisade.Web.Streams;

/// <summary>
/// The read loop of a socket: unmasks data into a pipe, answers pings, sees the client's end of stream and its leaving.
/// It runs for the whole life of the socket, also when nobody wants the data. A consumer that does not read holds it
/// back once the pipe is full; then only the connection's own end tells that the client left.
/// </summary>
internal sealed class FrameReader(PipeReader source, PipeWriter input, FrameWriter writer, TimeProvider time)
{
    private long _heard = time.GetTimestamp();
    private bool _discard;
    private bool _ended;
    private bool _inMessage;
    private bool _inEnd;
    private volatile bool _held;

    /// <summary>How long nothing has come from the client; zero while the consumer holds the loop back.</summary>
    public TimeSpan Silence => _held ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>
    /// Runs until the client left or broke the protocol. Gives the close code to answer with, or null when there is
    /// nobody to answer.
    /// </summary>
    public async Task<ushort?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var (head, fault) = await HeadAsync(cancellationToken);
                if (head is not { } frame)
                {
                    return fault;
                }

                var problem = frame.IsControl
                    ? await ControlAsync(frame, cancellationToken)
                    : await DataAsync(frame, cancellationToken);
                if (problem is not null)
                {
                    return problem == 0 ? null : problem;
                }
            }
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private async ValueTask<(FrameHead? Head, ushort? Fault)> HeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await source.ReadAsync(cancellationToken);
            Volatile.Write(ref _heard, time.GetTimestamp());
            var size = Parse(read.Buffer, out var head, out var fault);
            source.AdvanceTo(
                read.Buffer.GetPosition(size),
                size == 0 ? read.Buffer.End : read.Buffer.GetPosition(size)
            );
            if (fault != 0)
            {
                return (null, fault);
            }

            if (size > 0)
            {
                return (head, null);
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                return (null, null);
            }
        }
    }

    private static int Parse(in ReadOnlySequence<byte> buffer, out FrameHead head, out ushort fault)
    {
        Span<byte> start = stackalloc byte[FrameHead.MaxSize];
        var part = buffer.Slice(0, Math.Min(buffer.Length, start.Length));
        part.CopyTo(start);
        return (int)Math.Min(FrameHead.Read(start[..(int)part.Length], out head, out fault), part.Length);
    }

    private async ValueTask<ushort?> ControlAsync(FrameHead head, CancellationToken cancellationToken)
    {
        var payload = new byte[head.Length];
        if (!await PayloadAsync(head, (chunk, at) => chunk.CopyTo(payload.AsSpan((int)at)), cancellationToken))
        {
            return 0;
        }

        if (head.Opcode == Opcode.Ping)
        {
            await writer.PongAsync(payload, cancellationToken);
        }

        return head.Opcode == Opcode.Close ? CloseCode.Normal : null;
    }

    private async ValueTask<ushort?> DataAsync(FrameHead head, CancellationToken cancellationToken)
    {
        // A continuation belongs to a message that was begun, and a new message begins only after the one before has
        // ended.
        if ((head.Opcode == Opcode.Continuation) != _inMessage)
        {
            return CloseCode.ProtocolError;
        }

        _inEnd = head.Opcode == Opcode.Continuation ? _inEnd : head.Opcode == Opcode.Binary;
        _inMessage = !head.Final;
        if (_inEnd && !_ended)
        {
            // COMPAT: a binary frame of any content is the end of the stream (convox-wire.md 1.8).
            _ended = _discard = true;
            await input.CompleteAsync();
        }

        var whole = await PayloadAsync(head, (chunk, _) => Take(chunk), cancellationToken);
        if (!_discard && head.Length > 0)
        {
            _held = true;
            _discard = (await input.FlushAsync(cancellationToken)).IsCompleted;
            _held = false;
            Volatile.Write(ref _heard, time.GetTimestamp());
        }

        return whole ? null : (ushort)0;
    }

    private void Take(ReadOnlySpan<byte> chunk)
    {
        if (!_discard)
        {
            input.Write(chunk);
        }
    }

    private async ValueTask<bool> PayloadAsync(FrameHead head, ChunkHandler handle, CancellationToken cancellationToken)
    {
        var done = 0L;
        while (done < head.Length)
        {
            var read = await source.ReadAsync(cancellationToken);
            Volatile.Write(ref _heard, time.GetTimestamp());
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, head.Length - done));
            foreach (var segment in part)
            {
                Chunk(segment.Span, head.Mask, done, handle);
                done += segment.Length;
            }

            source.AdvanceTo(part.End);
            if (done < head.Length && (read.IsCompleted || read.IsCanceled))
            {
                return false;
            }
        }

        return true;
    }

    private static void Chunk(ReadOnlySpan<byte> masked, uint mask, long offset, ChunkHandler handle)
    {
        Span<byte> plain = stackalloc byte[1024];
        for (var at = 0; at < masked.Length; at += plain.Length)
        {
            var part = plain[..Math.Min(plain.Length, masked.Length - at)];
            masked.Slice(at, part.Length).CopyTo(part);
            FrameHead.Unmask(part, mask, offset + at);
            handle(part, offset + at);
        }
    }

    private delegate void ChunkHandler(ReadOnlySpan<byte> chunk, long offset);
}
