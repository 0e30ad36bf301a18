using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Web.Console;

/// <summary>
/// JSON of the console API: camelCase names, enums by name, times in RFC 3339 UTC. Bodies are read strictly: what is unknown, missing or null
/// where it may not be is refused, so that a misspelt member is never silently ignored.
/// </summary>
public static class ConsoleJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Gives options that others made the same rules.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;

        // Never shown as HTML: the answer is application/json with nosniff and a sandbox.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
