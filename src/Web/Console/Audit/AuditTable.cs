using System.Globalization;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Grains.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Web.Console.Audit;

/// <summary>
/// A bundle as a table: the checkpoint in a comment above the names of the columns (S31), then a row for each record. A
/// record whose body retention erased is a row of what is left, which says which record speaks of it, or that none
/// does.
/// </summary>
internal static class AuditTable
{
    private static readonly string[] Columns =
    [
        "index",
        "at",
        "actor",
        "operation",
        "resource",
        "result",
        "reason",
        "changes",
        "ip",
        "client",
        "request",
        "stream",
        "seq",
        "hash",
        "erasedBy",
        "missing",
    ];

    /// <summary>What the table has of one line of the bundle.</summary>
    public static byte[] Of(ExportLine line)
    {
        using var json = JsonDocument.Parse(line.Json);
        return Encoding.UTF8.GetBytes(
            line.Entry is { } entry ? Row(entry, json.RootElement)
            : json.RootElement.TryGetProperty("checkpoint", out var checkpoint) ? Head(checkpoint.GetString()!)
            : ""
        );
    }

    private static string Head(string checkpoint) =>
        string.Concat(checkpoint.Split('\n').Select(part => $"# {part}\r\n")) + string.Join(',', Columns) + "\r\n";

    private static string Row(LogEntry entry, JsonElement line)
    {
        var body = line.TryGetProperty("body", out var written) ? written : default(JsonElement?);
        string?[] values =
        [
            Number(entry.Index),
            entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            entry.Facets.Actor,
            entry.Facets.Operation,
            entry.Facets.Resource,
            entry.Facets.Result,
            Text(body, "reason"),
            body is { } said ? ChangeJson.Read(said).ToString() : null,
            Personal(line, body, "ip"),
            Personal(line, body, "client"),
            Text(body, "requestId"),
            entry.Stream.Value,
            Number(entry.Seq),
            Convert.ToHexStringLower(entry.Hash.AsSpan()),
            entry.ErasedBy is { } by ? Number(by) : null,
            entry.IsMissing ? "true" : null,
        ];
        return string.Join(',', values.Select(Cell)) + "\r\n";
    }

    // A pair of salt and value beside the body; in the body itself of what the process did.
    private static string? Personal(JsonElement line, JsonElement? body, string name) =>
        line.TryGetProperty("person", out var person)
        && person.GetProperty(name) is { ValueKind: JsonValueKind.Array } pair
            ? pair[1].GetString()
            : Text(body, name);

    private static string? Text(JsonElement? element, string name) =>
        element?.TryGetProperty(name, out var value) == true ? value.GetString() : null;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // SECURITY: a spreadsheet would run what begins like a formula.
    private static string Cell(string? value)
    {
        var text = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value ?? "";
        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
