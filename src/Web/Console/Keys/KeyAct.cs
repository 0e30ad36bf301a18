using System.Text.Json;
using Palisade.Storage.Journal;

namespace Palisade.Web.Console.Keys;

/// <summary>One thing that a key did or tried to.</summary>
public sealed record KeyAct(
    DateTimeOffset At,
    string? Ip,
    string? Client,
    string Operation,
    string Resource,
    EntryResult Result
)
{
    internal static KeyAct Of(StoredEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        return new(entry.At, Text(body, "ip"), Text(body, "client"), entry.Operation, entry.Resource, entry.Result);
    }

    private static string? Text(JsonDocument body, string name) =>
        body.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
