using System.Buffers.Binary;
using Palisade.Racks;

namespace Palisade.Web.Nodes;

/// <summary>
/// A command's input as one node sends it to another: bytes for the command and sizes of its terminal, each in a frame.
/// What is written here is taken apart and goes to the command.
/// </summary>
internal sealed class FramedInput(IExecSession session) : IExecSession
{
    private const byte Bytes = 0;
    private const byte Size = 1;
    private const int HeadBytes = 5;

    private readonly byte[] _head = new byte[HeadBytes];
    private int _known;
    private int _left;

    /// <summary>The frame of some bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> data)
    {
        var frame = new byte[HeadBytes + data.Length];
        frame[0] = Bytes;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), data.Length);
        data.CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }

    /// <summary>The frame of a size.</summary>
    public static byte[] Of(int width, int height)
    {
        var frame = new byte[HeadBytes];
        frame[0] = Size;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)width);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3), (ushort)height);
        return frame;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        while (!data.IsEmpty)
        {
            if (_left > 0)
            {
                var part = data[..Math.Min(_left, data.Length)];
                await session.WriteAsync(part, cancellationToken);
                _left -= part.Length;
                data = data[part.Length..];
                continue;
            }

            var taken = Math.Min(HeadBytes - _known, data.Length);
            data.Span[..taken].CopyTo(_head.AsSpan(_known));
            _known += taken;
            data = data[taken..];
            if (_known == HeadBytes)
            {
                _known = 0;
                await BeginAsync(cancellationToken);
            }
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        session.ReadAsync(buffer, cancellationToken);

    public ValueTask ResizeAsync(int width, int height, CancellationToken cancellationToken = default) =>
        session.ResizeAsync(width, height, cancellationToken);

    public ValueTask CloseInputAsync(CancellationToken cancellationToken = default) =>
        session.CloseInputAsync(cancellationToken);

    public Task<int> ExitCodeAsync(CancellationToken cancellationToken = default) =>
        session.ExitCodeAsync(cancellationToken);

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        switch (_head[0])
        {
            case Bytes when BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1)) is >= 0 and var length:
                _left = length;
                return ValueTask.CompletedTask;
            case Size:
                return session.ResizeAsync(
                    BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(1)),
                    BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(3)),
                    cancellationToken
                );
            default:
                throw new IOException("The other node sent no frame of a command's input.");
        }
    }
}
