using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>
/// Records of a log that follow each other, on their way to a sink, with the log's latest checkpoint: with the hashes
/// of all records in their order a receiver computes the tree that it signs, and so becomes a witness (S31).
/// </summary>
/// <param name="Records">None: a test.</param>
public sealed record SinkBatch(
    string Org,
    string SinkId,
    ImmutableArray<SinkRecord> Records,
    StoredCheckpoint Checkpoint,
    DateTimeOffset At
)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same when the same records are sent again, so that receivers know them.</summary>
    public string Id =>
        Records.IsEmpty
            ? string.Create(CultureInfo.InvariantCulture, $"{SinkId}_test_{At.ToUnixTimeMilliseconds()}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{SinkId}_{Records[0].Entry.Index}_{Records[^1].Entry.Index}"
            );

    /// <summary>As one JSON object.</summary>
    public byte[] ToBody()
    {
        var buffer = new ArrayBufferWriter<byte>(16 << 10);
        using var writer = new Utf8JsonWriter(buffer, Json);
        writer.WriteStartObject();
        writer.WriteString("type", Records.IsEmpty ? "audit.test" : "audit.records");
        writer.WriteString("timestamp", At.UtcDateTime);
        writer.WriteStartObject("data");
        writer.WriteString("org", Org);
        writer.WriteString("checkpoint", Checkpoint.Note.ToString());
        writer.WriteStartArray("records");
        foreach (var record in Records)
        {
            Write(writer, record);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A line for each record, and one with the checkpoint.</summary>
    public byte[] ToLines()
    {
        var buffer = new ArrayBufferWriter<byte>(16 << 10);
        using var writer = new Utf8JsonWriter(buffer, Json);
        foreach (var record in Records)
        {
            Write(writer, record);
            EndLine();
        }

        writer.WriteStartObject();
        writer.WriteString("checkpoint", Checkpoint.Note.ToString());
        writer.WriteEndObject();
        EndLine();
        return buffer.WrittenSpan.ToArray();

        void EndLine()
        {
            writer.Flush();
            buffer.Write("\n"u8);
            writer.Reset();
        }
    }

    private static void Write(Utf8JsonWriter writer, SinkRecord record)
    {
        var (entry, person) = record;
        writer.WriteStartObject();
        writer.WriteNumber("index", entry.Index);
        writer.WriteString("hash", Convert.ToHexStringLower(entry.Hash.AsSpan()));
        if (person is not null)
        {
            writer.WritePropertyName("person");
            writer.WriteRawValue(person.ToJson(), skipInputValidation: true);
        }

        if (entry.Body is { } body)
        {
            writer.WritePropertyName("record");
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }
        else if (entry.ErasedBy is { } by)
        {
            // A sink that begins, or was paused, where retention has been.
            writer.WriteNumber("erasedBy", by);
        }
        else
        {
            // Whoever watches is to learn of it, and of all that comes after it.
            writer.WriteBoolean("missing", true);
        }

        writer.WriteEndObject();
    }
}

/// <param name="Person">Its personal values; null where they are not given away, were erased or never were.</param>
public sealed record SinkRecord(LogEntry Entry, Disclosure? Person);
