using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Web.Api;

/// <summary>
/// JSON as the convox client decodes it (convox-wire.md 1.7): kebab-case names, two spaces, a newline at the end, times
/// in RFC 3339 UTC.
/// </summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    public static byte[] Bytes(object? value)
    {
        if (value is null)
        {
            return "null\n"u8.ToArray();
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options);
        Array.Resize(ref bytes, bytes.Length + 1);
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
            WriteIndented = true,
            IndentSize = 2,
            NewLine = "\n",
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Never shown as HTML: the answer is application/json with nosniff and a sandbox.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new TimeConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>
    /// Go's RFC 3339: trailing zeros of the fraction are cut; an unset time is year 1. Text without a zone is fatal for
    /// the client.
    /// </summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(
                value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
            );
    }
}
