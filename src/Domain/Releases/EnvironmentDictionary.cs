using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Domain.Releases;

/// <summary>
/// Environment variables by name, sorted by ordinal. SECURITY: values are secrets in clear: text and JSON give only
/// <c>[redacted]</c>, so a log or an event cannot take them by accident.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.releases.environment")]
[JsonConverter(typeof(RedactingConverter))]
public sealed class EnvironmentDictionary(ImmutableSortedDictionary<string, string> values)
    : IReadOnlyDictionary<string, string>
{
    [Id(0)]
    private readonly ImmutableSortedDictionary<string, string> _values =
        values.KeyComparer == StringComparer.Ordinal ? values : values.WithComparers(StringComparer.Ordinal);

    public static EnvironmentDictionary Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    public IEnumerable<string> Keys => _values.Keys;

    public IEnumerable<string> Values => _values.Values;

    public int Count => _values.Count;

    public string this[string key] => _values[key];

    /// <summary>A copy with the given values over these.</summary>
    public EnvironmentDictionary Overlay(IEnumerable<KeyValuePair<string, string>> over) => new(_values.SetItems(over));

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How many, and no values.</summary>
    public override string ToString() => $"{Count} variables [redacted]";

    private sealed class RedactingConverter : JsonConverter<EnvironmentDictionary>
    {
        public override EnvironmentDictionary Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => throw new JsonException("Environment values cannot be read from JSON.");

        public override void Write(Utf8JsonWriter writer, EnvironmentDictionary value, JsonSerializerOptions options) =>
            writer.WriteStringValue("[redacted]");
    }
}
