using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Domain.Kernel;

/// <summary>
/// A secret in memory. Text, JSON and logs give <c>[redacted]</c>; only <see cref="Reveal"/> gives the value.
/// The journal's serializer refuses it: events hold <see cref="Sealed"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.sensitive`1")]
[JsonConverter(typeof(SensitiveJsonConverterFactory))]
public sealed class Sensitive<T>(T value)
{
    public const string Redacted = "[redacted]";

    [Id(0)]
    private readonly T _value = value;

    /// <summary>The value itself. Every caller is a place where a secret leaves its wrapper.</summary>
    public T Reveal() => _value;

    public override string ToString() => Redacted;
}

/// <summary>Writes every <see cref="Sensitive{T}"/> as <c>"[redacted]"</c> and refuses to read one.</summary>
public sealed class SensitiveJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert)
    {
        ArgumentNullException.ThrowIfNull(typeToConvert);
        return typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Sensitive<>);
    }

    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(typeToConvert);
        return (JsonConverter?)
            Activator.CreateInstance(
                typeof(RedactingConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()[0])
            );
    }

    private sealed class RedactingConverter<T> : JsonConverter<Sensitive<T>>
    {
        public override Sensitive<T> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => throw new JsonException("A sensitive value cannot be read from JSON.");

        public override void Write(Utf8JsonWriter writer, Sensitive<T> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Sensitive<T>.Redacted);
    }
}
