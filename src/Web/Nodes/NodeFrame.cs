using System.Buffers.Binary;

namespace Palisade.Web.Nodes;

/// <summary>The head of a call: its length in four bytes, then JSON.</summary>
internal static class NodeFrame
{
    /// <summary>An environment has at most 1 MiB, and everything else is small beside it.</summary>
    private const int MaxBytes = 8 << 20;

    public static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, head.Length);
        await stream.WriteAsync(length, cancellationToken);
        await stream.WriteAsync(head, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Leaves the body at what follows.</summary>
    public static async Task<NodeCall> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        await body.ReadExactlyAsync(length, cancellationToken);
        var count = BinaryPrimitives.ReadInt32BigEndian(length);
        if (count is <= 0 or > MaxBytes)
        {
            throw new InvalidDataException("The head of a call has no such length.");
        }

        var head = new byte[count];
        await body.ReadExactlyAsync(head, cancellationToken);
        return NodeJson.Read<NodeCall>(head);
    }
}
