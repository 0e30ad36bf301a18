using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>One record's line of a bundle. The body's bytes are those that were hashed.</summary>
public sealed record BundleRecord
{
    private static readonly JsonWriterOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Its leaf in the log.</summary>
    public required long Index { get; init; }

    /// <summary>SHA-256 of the previous entry's hash in its stream and the body.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>The previous entry's hash, where the bundle does not hold that entry.</summary>
    public ReadOnlyMemory<byte>? Previous { get; init; }

    /// <summary>Proof that the leaf is in the tree of the checkpoint, in bundles that are not complete.</summary>
    public ImmutableArray<byte[]> Proof { get; init; } = [];

    /// <summary>Exact UTF-8; null when retention erased it.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>
    /// The personal values that the body holds sealed; null when they are withheld, erased or there are none.
    /// </summary>
    public Disclosure? Person { get; init; }

    /// <summary>With no body: what it was the body of, and which record says that it was erased.</summary>
    public ErasedEntry? Erased { get; init; }

    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (Body?.Length ?? 0));
        using var writer = new Utf8JsonWriter(buffer, Json);
        writer.WriteStartObject();
        writer.WriteNumber("index", Index);
        writer.WriteString("hash", Convert.ToHexStringLower(Hash.Span));
        if (Previous is { } previous)
        {
            writer.WriteString("prev", Convert.ToHexStringLower(previous.Span));
        }

        if (!Proof.IsEmpty)
        {
            writer.WriteStartArray("proof");
            foreach (var hash in Proof)
            {
                writer.WriteStringValue(Convert.ToHexStringLower(hash));
            }

            writer.WriteEndArray();
        }

        if (Erased is { } erased)
        {
            writer.WriteStartObject("erased");
            writer.WriteString("stream", erased.Stream);
            writer.WriteNumber("seq", erased.Seq);
            writer.WriteNumber("by", erased.By);
            writer.WriteEndObject();
        }
        else
        {
            if (Person is { } person)
            {
                writer.WritePropertyName("person");
                writer.WriteRawValue(person.ToJson(), skipInputValidation: true);
            }

            writer.WritePropertyName("body");
            writer.WriteRawValue(Body!.Value.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The last line: how many records came before it.</summary>
    public static byte[] EndLine(long records) => System.Text.Encoding.ASCII.GetBytes($"{{\"records\":{records}}}");

    /// <summary>
    /// The last line of a bundle that can't be whole: the next record's body was erased since the bundle's checkpoint,
    /// or is missing.
    /// </summary>
    public static byte[] BreakLine(long records, bool erased) =>
        System.Text.Encoding.ASCII.GetBytes(
            $"{{\"records\":{records},\"brokenOff\":\"{(erased ? "erased" : "missing")}\"}}"
        );
}

/// <param name="By">Index of the retention's record.</param>
public sealed record ErasedEntry(string Stream, long Seq, long By);
