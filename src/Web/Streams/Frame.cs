using System.Buffers.Binary;

namespace Palisade.Web.Streams;

/// <summary>Opcodes of RFC 6455 section 5.2.</summary>
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>Status codes of close frames that we send (RFC 6455 section 7.4.1).</summary>
internal static class CloseCode
{
    public const ushort Normal = 1000;
    public const ushort GoingAway = 1001;
    public const ushort ProtocolError = 1002;
    public const ushort TooBig = 1009;
}

/// <summary>The head of one frame from a client.</summary>
internal readonly record struct FrameHead(bool Final, Opcode Opcode, long Length, uint Mask)
{
    /// <summary>A frame's payload from a client: 1 MiB. The convox client sends at most 1,024 bytes.</summary>
    public const int MaxPayload = 1 << 20;

    /// <summary>Control frames are at most this long (RFC 6455 section 5.5).</summary>
    public const int MaxControl = 125;

    /// <summary>The longest head: 2 bytes, 8 of length, 4 of mask.</summary>
    public const int MaxSize = 14;

    public bool IsControl => Opcode >= Opcode.Close;

    /// <summary>
    /// Reads a head from the start of <paramref name="bytes"/>. Gives 0 when more bytes are needed, otherwise its size.
    /// <paramref name="fault"/> is a close code when the frame breaks the protocol: reserved bits, unknown opcode, no
    /// mask, a control frame that is long or in pieces, or a payload over <see cref="MaxPayload"/>.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> bytes, out FrameHead head, out ushort fault)
    {
        (head, fault) = (default, 0);
        if (bytes.Length < 2)
        {
            return 0;
        }

        var (first, second) = (bytes[0], bytes[1]);
        var opcode = (Opcode)(first & 0x0f);
        var final = (first & 0x80) != 0;
        var shortLength = second & 0x7f;
        if (
            (first & 0x70) != 0
            || (second & 0x80) == 0
            || opcode is not (<= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong))
            || (opcode >= Opcode.Close && (!final || shortLength > MaxControl))
        )
        {
            fault = CloseCode.ProtocolError;
            return 2;
        }

        var size =
            2
            + (
                shortLength switch
                {
                    126 => 2,
                    127 => 8,
                    _ => 0,
                }
            )
            + 4;
        if (bytes.Length < size)
        {
            return 0;
        }

        var length = shortLength switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)shortLength,
        };
        if (length > MaxPayload)
        {
            fault = CloseCode.TooBig;
            return size;
        }

        head = new FrameHead(final, opcode, (long)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes[(size - 4)..]));
        return size;
    }

    /// <summary>
    /// Removes (or applies) the mask. <paramref name="offset"/> is the position of the first byte within the payload.
    /// </summary>
    public static void Unmask(Span<byte> payload, uint mask, long offset)
    {
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(key, mask);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= key[(int)((offset + i) & 3)];
        }
    }

    /// <summary>
    /// Writes the head of an unmasked, final frame, as servers send them; gives its size (2, 4 or 10).
    /// </summary>
    public static int Write(Span<byte> target, Opcode opcode, int length)
    {
        target[0] = (byte)(0x80 | (byte)opcode);
        if (length <= 125)
        {
            target[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            return 4;
        }

        target[1] = 127;
        BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
        return 10;
    }
}
