namespace Palisade.Domain.Audit;

/// <summary>Reads a line that has exactly one form, from left to right; whatever differs from it is noticed.</summary>
internal ref struct LineCursor(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;

    public int Position { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _line[Position..];

    public readonly bool AtEnd => Position == _line.Length;

    public bool Take(ReadOnlySpan<byte> expected)
    {
        if (!Rest.StartsWith(expected))
        {
            return false;
        }

        Position += expected.Length;
        return true;
    }

    /// <summary>A whole number without sign or leading zeros.</summary>
    public bool TakeNumber(out long number)
    {
        number = 0;
        var digits = 0;
        for (
            var rest = Rest;
            digits < rest.Length && digits < 18 && rest[digits] is >= (byte)'0' and <= (byte)'9';
            digits++
        )
        {
            number = (number * 10) + (rest[digits] - '0');
        }

        var valid = digits > 0 && (digits == 1 || Rest[0] != '0');
        Position += digits;
        return valid;
    }

    /// <summary>A hash as 64 lower-case hexadecimal digits.</summary>
    public bool TakeHash(Span<byte> hash)
    {
        var rest = Rest;
        if (rest.Length < 2 * Merkle.HashBytes)
        {
            return false;
        }

        var digits = rest[..(2 * Merkle.HashBytes)];
        if (
            digits.ContainsAnyInRange((byte)'A', (byte)'F')
            || Convert.FromHexString(digits, hash, out _, out _) != System.Buffers.OperationStatus.Done
        )
        {
            return false;
        }

        Position += 2 * Merkle.HashBytes;
        return true;
    }

    /// <summary>
    /// The inside of a JSON string, as it is written; the cursor is after its opening quote and goes past the closing
    /// one.
    /// </summary>
    public bool TakeString(out ReadOnlySpan<byte> written)
    {
        var rest = Rest;
        for (var at = 0; ; at += 2)
        {
            var next = rest[at..].IndexOfAny((byte)'"', (byte)'\\');
            at += next;
            if (next < 0 || at + 1 >= rest.Length)
            {
                written = default;
                return false;
            }

            if (rest[at] == '"')
            {
                written = rest[..at];
                Position += at + 1;
                return true;
            }
        }
    }
}
