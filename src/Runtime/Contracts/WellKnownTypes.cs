using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Net;
using System.Numerics;

namespace Orleans.Runtime;

/// <summary>The types of others that Orleans serializes without help.</summary>
internal static class WellKnownTypes
{
    private static readonly HashSet<Type> Atoms =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(BigInteger), typeof(Half), typeof(Int128), typeof(UInt128), typeof(IPAddress),
        typeof(IPEndPoint), typeof(CancellationToken), typeof(Index), typeof(Range),
    ];

    private static readonly HashSet<Type> Immutables =
    [
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>),
        typeof(ImmutableSortedSet<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableQueue<>),
        typeof(ImmutableStack<>),
        typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>),
        typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>),
        typeof(Tuple<,,,,>), typeof(Tuple<,,,,,>), typeof(Tuple<,,,,,,>),
        typeof(IImmutableList<>), typeof(IImmutableSet<>), typeof(IImmutableDictionary<,>),
    ];

    private static readonly HashSet<Type> Mutables =
    [
        typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(SortedSet<>), typeof(SortedDictionary<,>), typeof(SortedList<,>),
        typeof(Queue<>), typeof(Stack<>), typeof(Collection<>), typeof(ReadOnlyCollection<>), typeof(ReadOnlyDictionary<,>),
        typeof(ConcurrentDictionary<,>), typeof(ConcurrentQueue<>),
        typeof(IEnumerable<>), typeof(ICollection<>), typeof(IList<>), typeof(ISet<>), typeof(IDictionary<,>),
        typeof(IReadOnlyCollection<>), typeof(IReadOnlyList<>), typeof(IReadOnlySet<>), typeof(IReadOnlyDictionary<,>),
    ];

    /// <summary>Immutable and without parts, so that it needs no copy.</summary>
    public static bool IsAtom(Type type) => type.IsPrimitive || Atoms.Contains(type) || type == typeof(ReadOnlyMemory<byte>)
        || typeof(Exception).IsAssignableFrom(type) || typeof(IAddressable).IsAssignableFrom(type);

    /// <summary>A container whose parts decide: immutable itself.</summary>
    public static bool IsImmutableContainer(Type type) => type.IsGenericType && Immutables.Contains(type.GetGenericTypeDefinition());

    /// <summary>A container that its owner, or an owner behind a read-only view, can change.</summary>
    public static bool IsMutableContainer(Type type) =>
        type.IsArray || (type.IsGenericType && Mutables.Contains(type.GetGenericTypeDefinition()));

    /// <summary>The types of a container's parts.</summary>
    public static Type[] PartsOf(Type type) => type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
}
