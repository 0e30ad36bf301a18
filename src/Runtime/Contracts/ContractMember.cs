using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Runtime;

/// <summary>An instance field of a wire type, and how Orleans identifies it.</summary>
/// <param name="Field">The field; the backing field of an auto-property.</param>
/// <param name="Name">The property's or field's name.</param>
/// <param name="Id">Its id, or null when Orleans would leave it out.</param>
/// <param name="IsPositional">The id is a record parameter's position; these have an id space of their own.</param>
/// <param name="IsImmutable">The member is marked <c>[Immutable]</c>.</param>
internal sealed record ContractMember(FieldInfo Field, string Name, uint? Id, bool IsPositional, bool IsImmutable)
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The fields that this type itself declares, without those marked <see cref="NonSerializedAttribute"/>.</summary>
    public static IReadOnlyList<ContractMember> DeclaredBy(Type type)
    {
        var positions = PositionsOf(type);
        return [.. type.GetFields(Declared).Where(f => !f.IsDefined(typeof(NonSerializedAttribute))).Select(field =>
        {
            var name = NameOf(field);
            var property = name == field.Name ? null : type.GetProperty(name, Declared);
            var id = (property?.GetCustomAttribute<IdAttribute>(false) ?? field.GetCustomAttribute<IdAttribute>(false))?.Id;
            var positional = id is null && positions.TryGetValue(name, out _);
            var immutable = field.IsDefined(typeof(ImmutableAttribute), false) || (property?.IsDefined(typeof(ImmutableAttribute), false) ?? false);
            return new ContractMember(field, name, positional ? positions[name] : id, positional, immutable);
        })];
    }

    /// <summary>Properties with an id that have no field of their own: an id there does nothing reliable.</summary>
    public static IEnumerable<PropertyInfo> IdsOnComputed(Type type) => type.GetProperties(Declared)
        .Where(p => p.IsDefined(typeof(IdAttribute), false) && type.GetField($"<{p.Name}>k__BackingField", Declared) is null);

    /// <summary>The type and its bases, base first, without <see cref="object"/> and <see cref="ValueType"/>.</summary>
    public static IReadOnlyList<Type> LevelsOf(Type type)
    {
        var levels = new List<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            levels.Insert(0, level);
        }

        return levels;
    }

    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>') is var end and > 1 ? field.Name[1..end] : field.Name;

    // Orleans: the parameters of a record's primary constructor are members, with their position as id.
    private static Dictionary<string, uint> PositionsOf(Type type)
    {
        var explicitly = type.GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(GenerateSerializerAttribute))
            .SelectMany(a => a.NamedArguments)
            .Where(a => a.MemberName == nameof(GenerateSerializerAttribute.IncludePrimaryConstructorParameters))
            .Select(a => (bool?)a.TypedValue.Value).FirstOrDefault();
        if (!(explicitly ?? IsRecord(type)))
        {
            return [];
        }

        var primary = type.GetConstructors(Declared)
            .Where(c => c.GetParameters() is { Length: > 0 } parameters
                && !(parameters.Length == 1 && parameters[0].ParameterType == type)
                && Array.TrueForAll(parameters, p => type.GetProperty(p.Name!)?.PropertyType == p.ParameterType))
            .OrderByDescending(c => HasDeconstruct(type, c)).ThenByDescending(c => c.GetParameters().Length)
            .FirstOrDefault();
        return primary?.GetParameters().ToDictionary(p => p.Name!, p => (uint)p.Position) ?? [];
    }

    private static bool HasDeconstruct(Type type, ConstructorInfo constructor) => type.GetMethod(
        "Deconstruct", [.. constructor.GetParameters().Select(p => p.ParameterType.MakeByRefType())])
        ?.IsDefined(typeof(CompilerGeneratedAttribute)) ?? false;

    private static bool IsRecord(Type type) => type.IsValueType
        ? type.GetMethod("PrintMembers", Declared, [typeof(StringBuilder)])?.IsDefined(typeof(CompilerGeneratedAttribute)) ?? false
        : type.GetMethod("<Clone>$") is not null;
}
