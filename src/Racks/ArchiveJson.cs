using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Racks;

/// <summary>JSON of an archive: no name twice, so that all who read it read the same.</summary>
internal static class ArchiveJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// An object, or null when it is something else. Throws an <see cref="ArchiveFault"/> here and nothing later: a
    /// node reads its text only when it is asked for it, so it is asked for all of it.
    /// </summary>
    public static JsonObject? Parse(ReadOnlySpan<byte> json)
    {
        var parsed = JsonNode.Parse(json, documentOptions: Strict);
        Touch(parsed);
        return parsed as JsonObject;
    }

    private static void Touch(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (_, value) in properties)
                {
                    Touch(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Touch(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
