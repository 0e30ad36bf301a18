using System.Buffers.Binary;

namespace Palisade.Racks;

/// <summary>
/// A tar on its way to a reader that keeps extended headers in memory: their declared size is seen before it is.
/// </summary>
internal sealed class TarHeaderStream(Stream tar, int maxHeader) : ReadingStream(tar)
{
    private const int Block = 512;

    // POSIX.1-2001 pax, "ustar Interchange Format".
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int TypeAt = 156;

    private readonly byte[] _header = new byte[Block];
    private long? _at;

    public long Count { get; private set; }

    /// <summary>What <paramref name="bytes"/> take in a tar.</summary>
    public static long Blocks(long bytes) => checked((bytes + Block - 1) / Block * Block);

    /// <summary>Where the next header begins, and those after it where extended ones end; null for not yet.</summary>
    public void Expect(long? at)
    {
        _at = at;
        if (at is not null)
        {
            _header.AsSpan().Clear();
        }
    }

    /// <summary>Whether what was expected was the end: a block of zeros, or nothing.</summary>
    public bool IsEnd => !_header.AsSpan().ContainsAnyExcept((byte)0);

    protected override void Seen(ReadOnlySpan<byte> read)
    {
        var begin = Count;
        Count += read.Length;
        while (_at is { } at && at < Count)
        {
            var from = Math.Max(at, begin);
            var until = Math.Min(at + Block, Count);
            if (until > from)
            {
                read[(int)(from - begin)..(int)(until - begin)].CopyTo(_header.AsSpan((int)(from - at)));
            }

            if (until < at + Block)
            {
                return;
            }

            _at = until + Judge();
        }
    }

    /// <summary>How far the next header is.</summary>
    private long Judge()
    {
        // x and g: PAX; L and K: GNU's long names.
        if (_header[TypeAt] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
        {
            return 0;
        }

        var size = Size(_header.AsSpan(SizeAt, SizeLength));
        return size <= maxHeader
            ? Blocks(size)
            : throw new InvalidDataException($"The tar has an extended header of {size} bytes.");
    }

    /// <summary>Octal digits, or GNU's big-endian binary form.</summary>
    private static long Size(ReadOnlySpan<byte> field)
    {
        if (field[0] == 0x80)
        {
            return field[1..4].ContainsAnyExcept((byte)0)
                ? long.MaxValue
                : (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(field[4..]), long.MaxValue);
        }

        var size = 0L;
        foreach (var digit in field.Trim(" \0"u8))
        {
            size = digit is >= (byte)'0' and <= (byte)'7'
                ? size * 8 + digit - '0'
                : throw new InvalidDataException("The tar has a header without a size.");
        }

        return size;
    }
}
