using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>
/// Every kind of event by its stored name and version, and how old versions become new ones. Additive changes keep the
/// version (a missing member gets its default); any other change raises it and registers an upcaster for the version
/// before.
/// </summary>
public sealed class EventCatalog
{
    private readonly FrozenDictionary<Type, EventAttribute> _byType;
    private readonly FrozenDictionary<string, (Type Type, int Version)> _byName;
    private readonly ImmutableDictionary<(string Name, int Version), Func<JsonObject, JsonObject>> _upcasters;

    private EventCatalog(
        FrozenDictionary<Type, EventAttribute> byType,
        ImmutableDictionary<(string Name, int Version), Func<JsonObject, JsonObject>> upcasters
    )
    {
        _byType = byType;
        _byName = byType.ToFrozenDictionary(
            pair => pair.Value.Name,
            pair => (pair.Key, pair.Value.Version),
            StringComparer.Ordinal
        );
        _upcasters = upcasters;
    }

    /// <summary>A catalog without events.</summary>
    public static EventCatalog Empty { get; } = From();

    /// <summary>Names and newest versions, for snapshot tests.</summary>
    public IEnumerable<(string Name, int Version, Type Type)> Events =>
        _byName
            .Select(pair => (pair.Key, pair.Value.Version, pair.Value.Type))
            .OrderBy(item => item.Key, StringComparer.Ordinal);

    /// <summary>
    /// Finds every concrete <see cref="IDomainEvent"/>; each must carry an <see cref="EventAttribute"/> with a name of
    /// its own.
    /// </summary>
    public static EventCatalog From(params Assembly[] assemblies)
    {
        var byType = new Dictionary<Type, EventAttribute>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var type in assemblies
                .SelectMany(assembly => assembly.GetTypes())
                .Where(type =>
                    type is { IsAbstract: false, IsInterface: false } && typeof(IDomainEvent).IsAssignableFrom(type)
                )
        )
        {
            var name =
                type.GetCustomAttribute<EventAttribute>()
                ?? throw new InvalidOperationException($"{type} is an event without [Event(name, version)].");
            if (!names.Add(name.Name))
            {
                throw new InvalidOperationException($"Two events are called {name.Name}.");
            }

            byType.Add(type, name);
        }

        return new(byType.ToFrozenDictionary(), ImmutableDictionary<(string, int), Func<JsonObject, JsonObject>>.Empty);
    }

    /// <summary>Adds the step from a version to the next one.</summary>
    public EventCatalog WithUpcaster(string name, int fromVersion, Func<JsonObject, JsonObject> upcast) =>
        new(_byType, _upcasters.Add((name, fromVersion), upcast));

    /// <summary>Writes <c>{"name","version","data"}</c>. Throws on any <see cref="Sensitive{T}"/> in it.</summary>
    internal void Write(Utf8JsonWriter writer, IDomainEvent domainEvent)
    {
        var type = domainEvent.GetType();
        if (!_byType.TryGetValue(type, out var name))
        {
            throw new InvalidOperationException(
                $"{type} is not in the event catalog; its assembly was not given to it."
            );
        }

        writer.WriteStartObject();
        writer.WriteString("name", name.Name);
        writer.WriteNumber("version", name.Version);
        writer.WritePropertyName("data");
        JsonSerializer.Serialize(writer, domainEvent, type, EventJson.Options);
        writer.WriteEndObject();
    }

    /// <summary>
    /// The event at its newest version. Throws <see cref="UnknownEventException"/> on one that this version does not
    /// know.
    /// </summary>
    public IDomainEvent Read(JsonElement stored)
    {
        var name = stored.GetProperty("name").GetString()!;
        var version = stored.GetProperty("version").GetInt32();
        var data = stored.GetProperty("data");
        if (!_byName.TryGetValue(name, out var known))
        {
            throw new UnknownEventException(name, version, "no event of that name is in the catalog");
        }

        if (version == known.Version)
        {
            return (IDomainEvent)data.Deserialize(known.Type, EventJson.Options)!;
        }

        if (version > known.Version)
        {
            throw new UnknownEventException(name, version, $"this version knows it up to version {known.Version}");
        }

        var node =
            JsonObject.Create(data) ?? throw new UnknownEventException(name, version, "its data is not an object");
        for (var step = version; step < known.Version; step++)
        {
            node = _upcasters.TryGetValue((name, step), out var upcast)
                ? upcast(node)
                : throw new UnknownEventException(name, version, $"no upcaster is registered from version {step}");
        }

        return (IDomainEvent)node.Deserialize(known.Type, EventJson.Options)!;
    }
}
