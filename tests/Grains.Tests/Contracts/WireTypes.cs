using System.Collections.Immutable;
using System.Reflection;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;

namespace Palisade.Grains.Tests.Contracts;

/// <summary>
/// Every type of ours that a grain method takes or gives, however deep inside another, closed over what it is used
/// with.
/// </summary>
internal static class WireTypes
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Ours =
    [
        typeof(AppRef).Assembly,
        typeof(IAppGrain).Assembly,
        typeof(AppGrain).Assembly,
    ];

    public static IEnumerable<Type> GrainInterfaces =>
        Ours.SelectMany(a => a.GetTypes())
            .Where(t => t.IsInterface && t != typeof(IGrain) && t.IsAssignableTo(typeof(IGrain)));

    /// <summary>Types of ours and of others.</summary>
    public static IReadOnlyCollection<Type> All { get; } = Reach();

    public static bool IsOurs(Type type) => Ours.Contains(type.Assembly);

    public static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (
            var level = type;
            level is not null && level != typeof(object) && level != typeof(ValueType);
            level = level.BaseType
        )
        {
            foreach (var field in level.GetFields(Declared))
            {
                yield return field;
            }
        }
    }

    /// <summary>What a value of an abstract or open type may be.</summary>
    public static IEnumerable<Type> ConcreteOf(Type type) =>
        type is { IsAbstract: false, IsInterface: false }
            ? [type]
            : type
                .Assembly.GetTypes()
                .Where(t => t != type && !t.IsAbstract && !t.ContainsGenericParameters && t.IsAssignableTo(type));

    private static HashSet<Type> Reach()
    {
        HashSet<Type> seen = [];
        foreach (var method in GrainInterfaces.SelectMany(i => i.GetMethods()))
        {
            Walk(method.ReturnType.GetGenericArguments().SingleOrDefault() ?? typeof(void));
            Array.ForEach(method.GetParameters(), p => Walk(p.ParameterType));
        }

        return seen;

        void Walk(Type type)
        {
            if (type == typeof(void) || type == typeof(CancellationToken) || !seen.Add(type))
            {
                return;
            }

            if (type.IsArray)
            {
                Walk(type.GetElementType()!);
            }

            Array.ForEach(type.GetGenericArguments(), Walk);
            if (!IsOurs(type) || type.IsEnum)
            {
                return;
            }

            foreach (
                var part in FieldsOf(type)
                    .Select(f => f.FieldType)
                    .Concat(type.IsSealed ? [] : type.Assembly.GetTypes().Where(t => t.IsSubclassOf(type)))
            )
            {
                Walk(part);
            }
        }
    }
}
