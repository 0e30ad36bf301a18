using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>
/// How events and snapshots are written: camelCase, enums and addresses as text, computed members left out, secrets
/// refused.
/// </summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            // The body is stored as text and escaped again by whoever shows it.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new RefusingConverterFactory());
        options.Converters.Add(new PrincipalJson());
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new TextConverter<RackRef>(RackRef.Parse));
        options.Converters.Add(new TextConverter<AppRef>(AppRef.Parse));
        options.Converters.Add(new TextConverter<BuildRef>(BuildRef.Parse));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    // SECURITY: converters of the options come before the attribute on the type, which would write "[redacted]": a fact
    // lost in silence.
    private sealed class RefusingConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Sensitive<>);

        public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter?)Activator.CreateInstance(typeof(RefusingConverter<>).MakeGenericType(typeToConvert));
    }

    private sealed class RefusingConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new InvalidOperationException("A sensitive value cannot come from the journal.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new InvalidOperationException("The journal refuses sensitive values; seal it first.");
    }

    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            parse(reader.GetString() ?? throw new JsonException("An address was null."));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());

        public override T ReadAsPropertyName(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => parse(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString()!);
    }
}
