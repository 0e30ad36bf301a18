using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Domain.Audit;

/// <summary>
/// Reads a disclosure in its one form, straight to its commitment: the verifier's way, without objects.
/// </summary>
internal static class DisclosureLine
{
    /// <summary>A commitment in base64url.</summary>
    public const int CommitmentLength = 43;

    private const int SaltLength = 22;

    // Longer values are none of ours: a client is at most 200 characters.
    private const int MaxValue = 4096;

    /// <summary>
    /// The cursor is at its opening brace and goes past the closing one; false when anything differs.
    /// </summary>
    public static bool TryTake(ref LineCursor cursor, scoped Span<byte> commitment)
    {
        Span<byte> digests = stackalloc byte[3 * SHA256.HashSizeInBytes];
        if (
            !cursor.Take("{\"name\":"u8)
            || !TakeField(ref cursor, digests[..32])
            || !cursor.Take(",\"ip\":"u8)
            || !TakeField(ref cursor, digests[32..64])
            || !cursor.Take(",\"client\":"u8)
            || !TakeField(ref cursor, digests[64..])
            || !cursor.Take("}"u8)
        )
        {
            return false;
        }

        SHA256.HashData(digests, commitment);
        return true;
    }

    private static bool TakeField(ref LineCursor cursor, scoped Span<byte> digest)
    {
        if (cursor.Take("\""u8))
        {
            return cursor.TakeString(out var text) && Decode(text, CommitmentLength, digest);
        }

        Span<byte> salted = stackalloc byte[DisclosedField.SaltBytes + MaxValue];
        if (
            !cursor.Take("[\""u8)
            || !cursor.TakeString(out var salt)
            || !Decode(salt, SaltLength, salted[..DisclosedField.SaltBytes])
            || !cursor.Take(",\""u8)
            || !cursor.TakeString(out var written)
            || !cursor.Take("]"u8)
            || !TryRead(written, out var value)
        )
        {
            return false;
        }

        value.CopyTo(salted[DisclosedField.SaltBytes..]);
        SHA256.HashData(salted[..(DisclosedField.SaltBytes + value.Length)], digest);
        return true;
    }

    private static bool Decode(ReadOnlySpan<byte> text, int length, Span<byte> bytes)
    {
        Span<byte> again = stackalloc byte[CommitmentLength];
        return text.Length == length
            && Base64Url.DecodeFromUtf8(text, bytes, out _, out var written) == OperationStatus.Done
            && written == bytes.Length
            && Base64Url.EncodeToUtf8(bytes, again) == length
            && again[..length].SequenceEqual(text);
    }

    // What is not plain ASCII must be written as we write it, so that one value has one form.
    private static bool TryRead(ReadOnlySpan<byte> written, out ReadOnlySpan<byte> value)
    {
        value = written;
        if (written.ContainsAnyExceptInRange((byte)' ', (byte)'~') || written.Contains((byte)'\\'))
        {
            if (RecordLine.Text(written) is not { } text || !RecordLine.Written(text).AsSpan().SequenceEqual(written))
            {
                return false;
            }

            value = Encoding.UTF8.GetBytes(text);
        }

        return value.Length <= MaxValue;
    }
}
