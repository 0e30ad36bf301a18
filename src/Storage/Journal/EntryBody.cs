using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Journal;

/// <summary>
/// The canonical JSON of an entry: fixed order of properties, nothing optional written when absent. Its first part
/// (org, stream) and last part (actor … event) are made by the caller's thread; seq and time are put between them when
/// the entry gets its place.
/// </summary>
internal static class EntryBody
{
    public const int MaxDetails = 64;
    public const int MaxDetail = 1024;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Start(string org, string stream)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("org", org);
        writer.WriteString("stream", stream);
        writer.Flush();
        return Checked([.. buffer.WrittenSpan, .. ",\"seq\":"u8]);
    }

    /// <summary>
    /// Everything from the actor on, with a leading comma. Throws <see cref="ArgumentException"/> when over a bound.
    /// </summary>
    /// <param name="key">Seals what is personal of the caller; null when that was erased, and for the process
    /// itself.</param>
    public static byte[] End(EntryDraft draft, EventCatalog events, string stream, DataKey? key)
    {
        CheckDetails(draft);
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        writer.WriteStartObject();
        WriteCaller(writer, draft.Caller, stream, key);
        writer.WriteString("operation", draft.Operation);
        writer.WriteStartObject("resource");
        writer.WriteString("type", draft.ResourceType);
        writer.WriteString("name", draft.Resource);
        writer.WriteEndObject();
        writer.WriteString("result", Text(draft.Result));
        WriteOptional(writer, "reason", draft.Reason);
        WriteOptional(writer, "decisionId", draft.DecisionId);
        if (draft.Details.Count > 0)
        {
            writer.WriteStartObject("details");
            foreach (var (name, value) in draft.Details.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        ChangeJson.Write(writer, draft.Changes);
        if (draft.Event is not null)
        {
            writer.WritePropertyName("event");
            events.Write(writer, draft.Event);
        }

        writer.WriteEndObject();
        writer.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        bytes[0] = (byte)',';
        return Checked(bytes);
    }

    /// <summary>Puts the parts together.</summary>
    public static byte[] Join(ReadOnlySpan<byte> start, long seq, DateTimeOffset at, ReadOnlySpan<byte> end)
    {
        Span<byte> middle = stackalloc byte[96];
        Utf8Formatter.TryFormat(seq, middle, out var length);
        length += Put(middle[length..], ",\"version\":2,\"at\":\""u8);
        at.UtcDateTime.TryFormat(
            middle[length..],
            out var written,
            "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
            CultureInfo.InvariantCulture
        );
        length += written;
        length += Put(middle[length..], "\""u8);
        return [.. start, .. middle[..length], .. end];
    }

    public static byte[] Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    /// <summary>What the first entry of a stream has before it.</summary>
    public static byte[] Genesis(string stream) => SHA256.HashData(Encoding.UTF8.GetBytes(stream));

    public static string Text(EntryResult result) =>
        result switch
        {
            EntryResult.Ok => "ok",
            EntryResult.Denied => "denied",
            EntryResult.Failed => "failed",
            _ => throw new ArgumentOutOfRangeException(nameof(result)),
        };

    public static EntryResult ParseResult(string text) =>
        text switch
        {
            "ok" => EntryResult.Ok,
            "denied" => EntryResult.Denied,
            "failed" => EntryResult.Failed,
            _ => throw new InvalidDataException($"Not a result of an entry: {text}"),
        };

    private static int Put(Span<byte> target, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target);
        return text.Length;
    }

    private static void WriteCaller(Utf8JsonWriter writer, Caller caller, string stream, DataKey? key)
    {
        var personal = caller.Principal.Kind != PrincipalKind.System;
        if (key is not null)
        {
            // First of all, where a verifier finds its commitment without reading the rest.
            writer.WritePropertyName("person");
            PersonSeal.Write(writer, key, new(caller.Principal.Name, caller.Ip, caller.Client), stream);
        }

        writer.WriteStartObject("actor");
        writer.WriteString("kind", caller.Principal.Kind.ToString());
        writer.WriteString("id", caller.Principal.Id);
        WriteOptional(writer, "name", personal ? null : caller.Principal.Name);
        writer.WriteString("signIn", caller.SignIn);
        WriteOptional(writer, "credential", caller.CredentialId);
        writer.WriteEndObject();
        WriteOptional(writer, "ip", personal ? null : caller.Ip);
        WriteOptional(writer, "client", personal ? null : caller.Client);
        writer.WriteString("requestId", caller.RequestId);
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void CheckDetails(EntryDraft draft)
    {
        if (draft.Details.Count > MaxDetails)
        {
            throw new ArgumentException($"An entry has at most {MaxDetails} details.", nameof(draft));
        }

        foreach (var (key, value) in draft.Details)
        {
            if (Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) > MaxDetail)
            {
                throw new ArgumentException($"The detail {key} is over {MaxDetail} bytes.", nameof(draft));
            }
        }
    }

    // U+0000 appears only escaped in JSON; an even number of backslashes before it means that this one is an escape and
    // no text.
    private static byte[] Checked(byte[] json)
    {
        var rest = json.AsSpan();
        var offset = 0;
        for (int at; (at = rest[offset..].IndexOf("\\u0000"u8)) >= 0; offset += at + 1)
        {
            var before = offset + at;
            var backslashes = 0;
            while (before - backslashes > 0 && rest[before - backslashes - 1] == '\\')
            {
                backslashes++;
            }

            if (backslashes % 2 == 0)
            {
                throw new ArgumentException("The character U+0000 cannot be stored.");
            }
        }

        return json;
    }
}
