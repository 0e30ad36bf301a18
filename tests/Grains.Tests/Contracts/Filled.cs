using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Palisade.Grains.Tests.Contracts;

/// <summary>
/// Makes values in which nothing has its default, and compares them member by member; constructors and equality of the
/// types have no say.
/// </summary>
internal static class Filled
{
    private static readonly MethodInfo ArrayOf = Method(nameof(ImmutableArrayOf));
    private static readonly MethodInfo DictionaryOf = Method(nameof(ImmutableSortedDictionaryOf));

    /// <summary>One for each type that the value may have.</summary>
    public static IEnumerable<object> Values(Type type) => WireTypes.ConcreteOf(type).Select(Value);

    public static string? Difference(object? expected, object? actual, string path = "it")
    {
        if (expected is null || actual is null || expected.GetType() != actual.GetType())
        {
            return expected is null && actual is null
                ? null
                : $"{path} was {expected ?? "null"} and is {actual ?? "null"}";
        }

        var type = expected.GetType();
        if (expected is System.Collections.IEnumerable and not string)
        {
            var (was, now) = (
                ((System.Collections.IEnumerable)expected).Cast<object?>().ToArray(),
                ((System.Collections.IEnumerable)actual).Cast<object?>().ToArray()
            );
            return was.Length != now.Length
                ? $"{path} had {was.Length} elements and has {now.Length}"
                : was.Zip(now)
                    .Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]"))
                    .FirstOrDefault(d => d is not null);
        }

        return WireTypes.IsOurs(type) && !type.IsEnum || type.IsGenericType
                ? WireTypes
                    .FieldsOf(type)
                    .Select(f => Difference(f.GetValue(expected), f.GetValue(actual), $"{path}.{f.Name}"))
                    .FirstOrDefault(d => d is not null)
            : expected.Equals(actual) ? null
            : $"{path} was {expected} and is {actual}";
    }

    private static object Value(Type type)
    {
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 8L,
            _ when type == typeof(double) => 0.5,
            _ when type == typeof(byte) => (byte)9,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(11),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
            _ when type.IsArray => Array(type.GetElementType()!),
            _ when generic == typeof(Nullable<>) => Value(type.GetGenericArguments()[0]),
            _ when generic == typeof(ImmutableArray<>) => ArrayOf
                .MakeGenericMethod(type.GetGenericArguments())
                .Invoke(null, null)!,
            _ when generic == typeof(ImmutableSortedDictionary<,>) => DictionaryOf
                .MakeGenericMethod(type.GetGenericArguments())
                .Invoke(null, null)!,
            _ when WireTypes.IsOurs(type) => Ours(WireTypes.ConcreteOf(type).First()),
            _ => throw new InvalidOperationException(
                $"No sample of {type}; add one, and check that Orleans carries it."
            ),
        };
    }

    private static object Ours(Type type)
    {
        var value = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in WireTypes.FieldsOf(type))
        {
            field.SetValue(value, Value(field.FieldType));
        }

        return value;
    }

    private static System.Array Array(Type element)
    {
        var array = System.Array.CreateInstance(element, 1);
        array.SetValue(Value(element), 0);
        return array;
    }

    private static ImmutableArray<T> ImmutableArrayOf<T>() => [.. Values(typeof(T)).Cast<T>()];

    private static ImmutableSortedDictionary<TKey, T> ImmutableSortedDictionaryOf<TKey, T>()
        where TKey : notnull =>
        ImmutableSortedDictionary<TKey, T>.Empty.Add((TKey)Value(typeof(TKey)), (T)Value(typeof(T)));

    private static MethodInfo Method(string name) =>
        typeof(Filled).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
