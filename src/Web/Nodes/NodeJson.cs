using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Nodes;

/// <summary>JSON between nodes. Unlike everywhere else secrets are in it in clear: it never leaves the
/// connection.</summary>
internal static class NodeJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, Options)
        ?? throw new JsonException($"A {typeof(T).Name} was expected, not null.");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions { AllowOutOfOrderMetadataProperties = true };
        options.Converters.Add(new EnvironmentConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>SECURITY: the environment of a one-off process, for the node that starts it.</summary>
    private sealed class EnvironmentConverter : JsonConverter<Sensitive<ImmutableSortedDictionary<string, string>>>
    {
        public override Sensitive<ImmutableSortedDictionary<string, string>> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => new(JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(ref reader, options)!);

        public override void Write(
            Utf8JsonWriter writer,
            Sensitive<ImmutableSortedDictionary<string, string>> value,
            JsonSerializerOptions options
        ) => JsonSerializer.Serialize(writer, value.Reveal(), options);
    }
}
