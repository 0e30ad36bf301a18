using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>
/// The first line of an exported bundle: which part of which log it is, and what proves it. There is one text for one
/// header.
/// </summary>
public sealed record BundleHeader
{
    public const int Version = 1;

    private const string Kind = "palisade-audit-bundle";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Organization; "" for the installation's own log.</summary>
    public required string Org { get; init; }

    /// <summary>
    /// True: every record from <see cref="From"/> to the checkpoint. False: chosen records, each with a proof of its
    /// own.
    /// </summary>
    public required bool Complete { get; init; }

    /// <summary>Index of the first record of a complete bundle; otherwise 0.</summary>
    public long From { get; init; }

    /// <summary>The right edge of the tree at <see cref="From"/>.</summary>
    public ImmutableArray<byte[]> Frontier { get; init; } = [];

    public required SignedNote Checkpoint { get; init; }

    public required KeyHistory Keys { get; init; }

    /// <summary>
    /// Proof that the log of an earlier size is the beginning of this one; where the records themselves don't show it.
    /// </summary>
    public ConsistencyProof? Consistency { get; init; }

    // SECURITY (S31): nothing else looks at where chosen records begin or how long a hash is, so others would
    // pass unnoticed.
    private bool IsWellFormed =>
        (Complete || (From == 0 && Frontier.IsEmpty))
        && Frontier.Concat(Consistency?.Hashes ?? []).All(hash => hash.Length == Merkle.HashBytes);

    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(buffer, Json);
        writer.WriteStartObject();
        writer.WriteNumber(Kind, Version);
        writer.WriteString("org", Org);
        writer.WriteBoolean("complete", Complete);
        writer.WriteNumber("from", From);
        WriteHashes(writer, "frontier", Frontier);
        writer.WriteString("checkpoint", Checkpoint.ToString());
        writer.WriteStartArray("keys");
        foreach (var (key, succession) in Keys.Links)
        {
            writer.WriteStartObject();
            writer.WriteString("key", key.ToString());
            if (succession is not null)
            {
                writer.WriteString("succession", succession.ToString());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (Consistency is { } consistency)
        {
            writer.WriteStartObject("consistency");
            writer.WriteNumber("size", consistency.Size);
            WriteHashes(writer, "proof", consistency.Hashes);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null when it is no header of this version, byte for byte.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out BundleHeader? header)
    {
        header = null;
        try
        {
            using var json = JsonDocument.Parse(line.ToArray());
            var root = json.RootElement;
            if (
                root.GetProperty(Kind).GetInt32() != Version
                || !SignedNote.TryParse(root.GetProperty("checkpoint").GetString(), out var checkpoint)
                || ReadKeys(root.GetProperty("keys")) is not { } keys
            )
            {
                return false;
            }

            var read = new BundleHeader
            {
                Org = root.GetProperty("org").GetString() ?? "",
                Complete = root.GetProperty("complete").GetBoolean(),
                From = root.GetProperty("from").GetInt64(),
                Frontier = Hashes(root.GetProperty("frontier")),
                Checkpoint = checkpoint,
                Keys = keys,
                Consistency = root.TryGetProperty("consistency", out var proof)
                    ? new(proof.GetProperty("size").GetInt64(), Hashes(proof.GetProperty("proof")))
                    : null,
            };
            header = read.IsWellFormed && read.ToLine().AsSpan().SequenceEqual(line) ? read : null;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return header is not null;
    }

    private static KeyHistory? ReadKeys(JsonElement array)
    {
        var links = ImmutableArray.CreateBuilder<KeyLink>();
        foreach (var item in array.EnumerateArray())
        {
            SignedNote? succession = null;
            if (
                !NoteKey.TryParse(item.GetProperty("key").GetString(), out var key)
                || (
                    item.TryGetProperty("succession", out var note)
                    && !SignedNote.TryParse(note.GetString(), out succession)
                )
            )
            {
                return null;
            }

            links.Add(new(key, succession));
        }

        return new(links.ToImmutable());
    }

    private static ImmutableArray<byte[]> Hashes(JsonElement array) =>
        [.. array.EnumerateArray().Select(item => Convert.FromHexString(item.GetString() ?? ""))];

    private static void WriteHashes(Utf8JsonWriter writer, string name, ImmutableArray<byte[]> hashes)
    {
        writer.WriteStartArray(name);
        foreach (var hash in hashes)
        {
            writer.WriteStringValue(Convert.ToHexStringLower(hash));
        }

        writer.WriteEndArray();
    }
}

/// <param name="Size">Of the earlier log.</param>
public sealed record ConsistencyProof(long Size, ImmutableArray<byte[]> Hashes);
