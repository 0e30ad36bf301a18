using System.Text;
using System.Text.Json;

namespace Palisade.Storage.Journal;

/// <summary>
/// Checks the entries of one stream in order: seq, chain, hash, and that the columns say what the body says.
/// </summary>
internal sealed class ChainCheck(StreamId stream)
{
    private byte[] _hash = EntryBody.Genesis(stream.Value);

    public long Seq { get; private set; }

    /// <summary>
    /// Takes the next entry; the fault if it does not fit. <paramref name="head"/> and its hash are what the stream's
    /// row says.
    /// </summary>
    public ChainFault? Next(StoredEntry entry, long head, ReadOnlySpan<byte> headHash)
    {
        if (entry.Seq != Seq + 1)
        {
            return new(stream, Seq + 1, $"is missing; the next entry is {entry.Seq}");
        }

        if (!entry.PreviousHash.AsSpan().SequenceEqual(_hash))
        {
            return Fault(entry, "does not continue the chain");
        }

        if (entry.Erased && StreamId.IsRecordOnly(stream))
        {
            return Erased(entry, head, headHash);
        }

        if (entry.Body.Length == 0)
        {
            return Fault(entry, "its body is missing");
        }

        _hash = EntryBody.Hash(_hash, Encoding.UTF8.GetBytes(entry.Body));
        if (!entry.Hash.AsSpan().SequenceEqual(_hash))
        {
            return Fault(entry, "its hash does not belong to its body");
        }

        Seq = entry.Seq;
        if (Seq == head && !headHash.SequenceEqual(_hash))
        {
            return Fault(entry, "the stream's row names another head");
        }

        try
        {
            using var body = JsonDocument.Parse(entry.Body);
            return Differing(entry, body.RootElement) is { } column
                ? Fault(entry, $"the column {column} differs from the body")
                : null;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Fault(entry, "its body is that of no entry");
        }
    }

    // What it said is not known any more; its place in the chain is what it was.
    private ChainFault? Erased(StoredEntry entry, long head, ReadOnlySpan<byte> headHash)
    {
        (_hash, Seq) = ([.. entry.Hash], entry.Seq);
        return Seq == head && !headHash.SequenceEqual(_hash)
            ? Fault(entry, "the stream's row names another head")
            : null;
    }

    private ChainFault Fault(StoredEntry entry, string why) => new(stream, entry.Seq, why);

    private static string? Differing(StoredEntry entry, JsonElement body)
    {
        (string Name, string? Column, string? Body)[] pairs =
        [
            ("org", entry.Org, Text(body, "org")),
            ("stream", entry.Stream.Value, Text(body, "stream")),
            (
                "seq",
                entry.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
                body.GetProperty("seq").GetRawText()
            ),
            ("actor_kind", entry.Actor.Kind.ToString(), Text(body.GetProperty("actor"), "kind")),
            ("actor", entry.Actor.Id, Text(body.GetProperty("actor"), "id")),
            ("operation", entry.Operation, Text(body, "operation")),
            ("resource_type", entry.ResourceType, Text(body.GetProperty("resource"), "type")),
            ("resource", entry.Resource, Text(body.GetProperty("resource"), "name")),
            ("result", EntryBody.Text(entry.Result), Text(body, "result")),
            ("request_id", entry.RequestId, Text(body, "requestId")),
        ];
        var differing = pairs
            .FirstOrDefault(pair => !string.Equals(pair.Column, pair.Body, StringComparison.Ordinal))
            .Name;
        return differing ?? (entry.At == body.GetProperty("at").GetDateTimeOffset() ? null : "at");
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
