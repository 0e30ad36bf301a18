using System.Buffers.Text;
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

    /// <summary>
    /// What the body holds of the personal values it was written with, in base64url; empty when there are none.
    /// </summary>
    public ReadOnlySpan<byte> Commitment;

    /// <summary>Personal values stand beside the body, and these are what it commits to.</summary>
    public bool Disclosed;

    /// <summary>Personal values stand beside the body, and they are not what it was written with.</summary>
    public bool Misdisclosed;

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

        if (cursor.Take(",\"person\":"u8))
        {
            Span<byte> commitment = stackalloc byte[Merkle.HashBytes];
            return DisclosureLine.TryTake(ref cursor, commitment)
                && cursor.Take(",\"body\":"u8)
                && TakeBody(line, cursor, org, ref record)
                && Discloses(commitment, ref record);
        }

        return cursor.Take(",\"body\":"u8)
            ? TakeBody(line, cursor, org, ref record)
            : TakeErased(line, cursor, hash, previous, ref record);
    }

    private static bool Discloses(scoped ReadOnlySpan<byte> commitment, ref RecordLine record)
    {
        Span<byte> written = stackalloc byte[DisclosureLine.CommitmentLength];
        Base64Url.EncodeToUtf8(commitment, written);
        record.Disclosed = written.SequenceEqual(record.Commitment);
        record.Misdisclosed = !record.Disclosed;
        return true;
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
        if (
            line[^1] != '}'
            || !cursor.Take("{\"org\":\""u8)
            || !cursor.TakeString(out var written)
            || !written.SequenceEqual(org)
            || !cursor.Take(",\"stream\":\""u8)
            || !cursor.TakeString(out record.Stream)
            || (record.Stream.Contains((byte)'\\') && Text(record.Stream) is null)
            || !cursor.Take(",\"seq\":"u8)
            || !cursor.TakeNumber(out record.Seq)
            || !cursor.Take(","u8)
        )
        {
            return false;
        }

        record.Commitment = TakeCommitment(cursor);
        return true;
    }

    // Bodies that hold one have it right after their time.
    private static ReadOnlySpan<byte> TakeCommitment(LineCursor cursor) =>
        cursor.Take("\"version\":2,\"at\":\""u8)
        && cursor.TakeString(out _)
        && cursor.Take(",\"person\":{\"commitment\":\""u8)
        && cursor.TakeString(out var commitment)
            ? commitment
            : default;

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

    /// <summary>What a text is that is written so; null when it is none.</summary>
    public static string? Text(ReadOnlySpan<byte> written)
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
