using System.Collections;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Web.Console;

/// <summary>
/// JSON of the console API: camelCase names, enums by name, times in RFC 3339 UTC. Bodies are read strictly: what is
/// unknown, missing or null where it may not be is refused, so that a misspelt member is never silently ignored.
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
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullItems } };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>The serializer looks at the nullability of members and not of a list's items.</summary>
    private static void RefuseNullItems(JsonTypeInfo type)
    {
        var lists = type
            .Properties.Where(p =>
                p.Get is not null
                && p.PropertyType is { IsGenericType: true } list
                && list.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
                && !list.GetGenericArguments()[0].IsValueType
            )
            .ToArray();
        if (lists.Length > 0)
        {
            type.OnDeserialized = value =>
            {
                if (lists.FirstOrDefault(list => HasNull(list.Get!(value))) is { } bad)
                {
                    throw new JsonException("A list holds null.", $"$.{bad.Name}", null, null);
                }
            };
        }
    }

    // Arrays of classes are covariant; an array that was not given is no list at all.
    private static bool HasNull(object? list) =>
        list is IStructuralEquatable and IEnumerable items
        && !list.Equals(Activator.CreateInstance(list.GetType()))
        && items.Cast<object?>().Any(item => item is null);
}
