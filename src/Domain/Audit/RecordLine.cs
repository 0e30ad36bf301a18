using System.Text.Encodings.Web;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>A record's line, read without copying its body.</summary>
internal ref struct RecordLine
{
    // A bound against lines made to be slow; a tree of 2^63 leaves needs no more.
    private const int MaxProof = 63;

    private static readonly List<byte[]> NoProof = [];

    public long Index;
    public bool HasPrevious;
    public List<byte[]> Proof;
    public ErasedEntry? Erased;
    public int BodyStart;
    public int BodyLength;

    /// <summary>The stream's name as bodies write it.</summary>
    public ReadOnlySpan<byte> Stream;
    public long Seq;

    /// <summary>A text as bodies write it, without its quotes.</summary>
    public static byte[] Written(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();

    /// <summary>
    /// False when any byte is not as <see cref="BundleRecord.ToLine"/> writes it, or the body is of another
    /// organization.
    /// </summary>
    /// <param name="org">As <see cref="Written"/>.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<byte> org,
        Span<byte> hash,
        Span<byte> previous,
        out RecordLine record
    )
    {
        record = new() { Proof = NoProof };
        var cursor = new LineCursor(line);
        if (
            !cursor.Take("{\"index\":"u8)
            || !cursor.TakeNumber(out record.Index)
            || !cursor.Take(",\"hash\":\""u8)
            || !cursor.TakeHash(hash)
            || !cursor.Take("\""u8)
        )
        {
            return false;
        }

        if (cursor.Take(",\"prev\":\""u8))
        {
            record.HasPrevious = true;
            if (!cursor.TakeHash(previous) || !cursor.Take("\""u8))
            {
                return false;
            }
        }

        if (cursor.Take(",\"proof\":[\""u8) && !TakeProof(ref cursor, record.Proof = []))
        {
            return false;
        }

        return cursor.Take(",\"body\":"u8)
            ? TakeBody(line, cursor, org, ref record)
            : TakeErased(line, cursor, hash, previous, ref record);
    }

    private static bool TakeProof(ref LineCursor cursor, List<byte[]> proof)
    {
        do
        {
            var hash = new byte[Merkle.HashBytes];
            if (proof.Count == MaxProof || !cursor.TakeHash(hash))
            {
                return false;
            }

            proof.Add(hash);
        } while (cursor.Take("\",\""u8));
        return cursor.Take("\"]"u8);
    }

    // The body goes to the brace that ends the line; what it says of its place is at its beginning, in this order.
    private static bool TakeBody(
        ReadOnlySpan<byte> line,
        LineCursor cursor,
        ReadOnlySpan<byte> org,
        ref RecordLine record
    )
    {
        (record.BodyStart, record.BodyLength) = (cursor.Position, line.Length - cursor.Position - 1);
        return line[^1] == '}'
            && cursor.Take("{\"org\":\""u8)
            && cursor.TakeString(out var written)
            && written.SequenceEqual(org)
            && cursor.Take(",\"stream\":\""u8)
            && cursor.TakeString(out record.Stream)
            && cursor.Take(",\"seq\":"u8)
            && cursor.TakeNumber(out record.Seq)
            && cursor.Take(","u8);
    }

    private static bool TakeErased(
        ReadOnlySpan<byte> line,
        LineCursor cursor,
        ReadOnlySpan<byte> hash,
        ReadOnlySpan<byte> previous,
        ref RecordLine record
    )
    {
        if (
            !cursor.Take(",\"erased\":{\"stream\":\""u8)
            || !cursor.TakeString(out record.Stream)
            || !cursor.Take(",\"seq\":"u8)
            || !cursor.TakeNumber(out record.Seq)
            || !cursor.Take(",\"by\":"u8)
            || !cursor.TakeNumber(out var by)
            || Text(record.Stream) is not { } stream
        )
        {
            return false;
        }

        record.Erased = new(stream, record.Seq, by);
        var again = new BundleRecord
        {
            Index = record.Index,
            Hash = hash.ToArray(),
            Previous = record.HasPrevious ? previous.ToArray() : default(ReadOnlyMemory<byte>?),
            Proof = [.. record.Proof],
            Erased = record.Erased,
        };
        return again.ToLine().AsSpan().SequenceEqual(line);
    }

    private static string? Text(ReadOnlySpan<byte> written)
    {
        try
        {
            return JsonSerializer.Deserialize<string>([(byte)'"', .. written, (byte)'"']);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
