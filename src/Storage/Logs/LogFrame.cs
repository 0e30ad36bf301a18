using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Logs;

internal enum LogFrameKind : byte
{
    Lines = 1,

    /// <summary>
    /// The newest cursors of all sources, at the start of a segment: opening a log reads its last segment only.
    /// </summary>
    Cursors = 2,
    Completed = 3,
}

/// <summary>
/// One sealed piece of a segment: length, kind, latest time in it, nonce, ciphertext with tag. The nonce is random,
/// because a torn frame is written again at the same place. Place and head are additional data, so frames cannot be
/// moved.
/// </summary>
internal static class LogFrame
{
    public const int HeadBytes = 4 + 1 + 8 + AesSeal.NonceBytes;

    /// <summary>
    /// Lines are put together up to here; with one more line a frame stays under <see cref="MaxBytes"/>.
    /// </summary>
    public const int TargetBytes = 256 << 10;
    public const int MaxBytes = 1 << 20;

    public static byte[] Seal(byte[] segmentKey, LogFrameKind kind, long offset, long latest, ReadOnlySpan<byte> clear)
    {
        var frame = new byte[HeadBytes + clear.Length + AesSeal.TagBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, clear.Length + AesSeal.TagBytes);
        frame[4] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(5), latest);
        var nonce = frame.AsSpan(13, AesSeal.NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        AesSeal.Encrypt(segmentKey, nonce, clear, Additional(frame, offset)).CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }

    /// <summary>Length of the whole frame that starts here; 0 when it is not all there or cannot be one.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return length is >= AesSeal.TagBytes and <= MaxBytes && bytes.Length - HeadBytes >= length
            ? HeadBytes + length
            : 0;
    }

    public static long Latest(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64BigEndian(frame[5..]);

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/> when it was changed or moved.</summary>
    public static (LogFrameKind Kind, byte[] Clear) Open(byte[] segmentKey, ReadOnlySpan<byte> frame, long offset) =>
        (
            (LogFrameKind)frame[4],
            AesSeal.Decrypt(
                segmentKey,
                frame.Slice(13, AesSeal.NonceBytes),
                frame[HeadBytes..],
                Additional(frame, offset)
            )
        );

    /// <summary>
    /// Most that <see cref="WriteLines"/> makes of it: of many short lines, source and position are the greater part.
    /// </summary>
    public static int BytesOf(LogLine line)
    {
        const int Lengths = 8 + (3 * 3);
        return Lengths
            + Encoding.UTF8.GetByteCount(line.Source)
            + Encoding.UTF8.GetByteCount(line.Cursor ?? "")
            + Encoding.UTF8.GetByteCount(line.Text);
    }

    public static byte[] WriteLines(IEnumerable<LogLine> lines)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var line in lines)
        {
            writer.Write(line.At.UtcTicks);
            writer.Write(line.Source);
            writer.Write(line.Cursor ?? "");
            writer.Write(line.Text);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static IEnumerable<LogLine> ReadLines(byte[] clear)
    {
        using var reader = new BinaryReader(new MemoryStream(clear));
        while (reader.BaseStream.Position < clear.Length)
        {
            var at = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            var (source, cursor, text) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
            yield return new LogLine(at, source, text) { Cursor = cursor.Length == 0 ? null : cursor };
        }
    }

    private static byte[] Additional(ReadOnlySpan<byte> frame, long offset)
    {
        var additional = new byte[13 + 8];
        frame[..13].CopyTo(additional);
        BinaryPrimitives.WriteInt64BigEndian(additional.AsSpan(13), offset);
        return additional;
    }
}
