using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>Copies arrays, collections and tuples part by part.</summary>
internal static class ContainerCopier
{
    private static readonly ConcurrentDictionary<Type, Func<object, ContractCopier.Pass, object>> Copiers = new();

    private static readonly Dictionary<Type, string> Makers = new()
    {
        [typeof(List<>)] = nameof(List),
        [typeof(HashSet<>)] = nameof(HashSet),
        [typeof(SortedSet<>)] = nameof(SortedSet),
        [typeof(Queue<>)] = nameof(Queue),
        [typeof(Stack<>)] = nameof(Stack),
        [typeof(Collection<>)] = nameof(Collection),
        [typeof(ReadOnlyCollection<>)] = nameof(ReadOnlyCollection),
        [typeof(ConcurrentQueue<>)] = nameof(ConcurrentQueue),
        [typeof(ImmutableArray<>)] = nameof(ImmutableArrayOf),
        [typeof(ImmutableList<>)] = nameof(ImmutableListOf),
        [typeof(ImmutableHashSet<>)] = nameof(ImmutableHashSetOf),
        [typeof(ImmutableSortedSet<>)] = nameof(ImmutableSortedSetOf),
        [typeof(ImmutableQueue<>)] = nameof(ImmutableQueueOf),
        [typeof(ImmutableStack<>)] = nameof(ImmutableStackOf),
        [typeof(Dictionary<,>)] = nameof(Dictionary),
        [typeof(SortedDictionary<,>)] = nameof(SortedDictionary),
        [typeof(SortedList<,>)] = nameof(SortedList),
        [typeof(ReadOnlyDictionary<,>)] = nameof(ReadOnlyDictionary),
        [typeof(ConcurrentDictionary<,>)] = nameof(ConcurrentDictionary),
        [typeof(ImmutableDictionary<,>)] = nameof(ImmutableDictionaryOf),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(ImmutableSortedDictionaryOf),
    };

    public static object Copy(object value, Type type, ContractCopier.Pass pass) => Copiers.GetOrAdd(type, For)(value, pass);

    private static Func<object, ContractCopier.Pass, object> For(Type type)
    {
        if (type.IsArray)
        {
            return CopyArray;
        }

        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(KeyValuePair<,>) || typeof(ITuple).IsAssignableFrom(type))
        {
            return CopyFields;
        }

        return typeof(ContainerCopier).GetMethod(Makers[definition], BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object, ContractCopier.Pass, object>>();
    }

    private static Array CopyArray(object value, ContractCopier.Pass pass)
    {
        var copy = (Array)((Array)value).Clone();
        if (copy.Rank > 1)
        {
            throw new ContractException($"{value.GetType()} cannot cross a grain call: it has several dimensions.");
        }

        for (var i = 0; i < copy.Length && !value.GetType().GetElementType()!.IsPrimitive; i++)
        {
            copy.SetValue(pass.Copy(copy.GetValue(i)), i);
        }

        return copy;
    }

    private static object CopyFields(object value, ContractCopier.Pass pass)
    {
        var copy = RuntimeHelpers.GetUninitializedObject(value.GetType());
        foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            field.SetValue(copy, pass.Copy(field.GetValue(value)));
        }

        return copy;
    }

    private static IEnumerable<T> Parts<T>(IEnumerable<T> values, ContractCopier.Pass pass) => values.Select(v => (T)pass.Copy(v)!);

    private static IEnumerable<KeyValuePair<TKey, TValue>> Pairs<TKey, TValue>(
        IEnumerable<KeyValuePair<TKey, TValue>> values, ContractCopier.Pass pass) =>
        values.Select(v => KeyValuePair.Create((TKey)pass.Copy(v.Key)!, (TValue)pass.Copy(v.Value)!));

    private static object List<T>(object v, ContractCopier.Pass p) => Parts((List<T>)v, p).ToList();

    private static object HashSet<T>(object v, ContractCopier.Pass p) => new HashSet<T>(Parts((HashSet<T>)v, p), ((HashSet<T>)v).Comparer);

    private static object SortedSet<T>(object v, ContractCopier.Pass p) =>
        new SortedSet<T>(Parts((SortedSet<T>)v, p), ((SortedSet<T>)v).Comparer);

    private static object Queue<T>(object v, ContractCopier.Pass p) => new Queue<T>(Parts((Queue<T>)v, p));

    private static object Stack<T>(object v, ContractCopier.Pass p) => new Stack<T>(Parts(((Stack<T>)v).Reverse(), p));

    private static object Collection<T>(object v, ContractCopier.Pass p) => new Collection<T>(Parts((Collection<T>)v, p).ToList());

    private static object ReadOnlyCollection<T>(object v, ContractCopier.Pass p) =>
        new ReadOnlyCollection<T>(Parts((ReadOnlyCollection<T>)v, p).ToList());

    private static object ConcurrentQueue<T>(object v, ContractCopier.Pass p) =>
        new ConcurrentQueue<T>(Parts((ConcurrentQueue<T>)v, p));

    private static object ImmutableArrayOf<T>(object v, ContractCopier.Pass p) =>
        ((ImmutableArray<T>)v).IsDefault ? v : Parts((ImmutableArray<T>)v, p).ToImmutableArray();

    private static object ImmutableListOf<T>(object v, ContractCopier.Pass p) => Parts((ImmutableList<T>)v, p).ToImmutableList();

    private static object ImmutableHashSetOf<T>(object v, ContractCopier.Pass p) =>
        Parts((ImmutableHashSet<T>)v, p).ToImmutableHashSet(((ImmutableHashSet<T>)v).KeyComparer);

    private static object ImmutableSortedSetOf<T>(object v, ContractCopier.Pass p) =>
        Parts((ImmutableSortedSet<T>)v, p).ToImmutableSortedSet(((ImmutableSortedSet<T>)v).KeyComparer);

    private static object ImmutableQueueOf<T>(object v, ContractCopier.Pass p) =>
        ImmutableQueue.CreateRange(Parts((ImmutableQueue<T>)v, p));

    private static object ImmutableStackOf<T>(object v, ContractCopier.Pass p) =>
        ImmutableStack.CreateRange(Parts(((ImmutableStack<T>)v).Reverse(), p));

    private static object Dictionary<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull =>
        new Dictionary<TKey, TValue>(Pairs((Dictionary<TKey, TValue>)v, p), ((Dictionary<TKey, TValue>)v).Comparer);

    private static object SortedDictionary<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull
    {
        var source = (SortedDictionary<TKey, TValue>)v;
        return new SortedDictionary<TKey, TValue>(Pairs(source, p).ToDictionary(), source.Comparer);
    }

    private static object SortedList<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull
    {
        var source = (SortedList<TKey, TValue>)v;
        return new SortedList<TKey, TValue>(Pairs(source, p).ToDictionary(), source.Comparer);
    }

    private static object ReadOnlyDictionary<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull =>
        new ReadOnlyDictionary<TKey, TValue>(Pairs((ReadOnlyDictionary<TKey, TValue>)v, p).ToDictionary());

    private static object ConcurrentDictionary<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull
    {
        var source = (ConcurrentDictionary<TKey, TValue>)v;
        return new ConcurrentDictionary<TKey, TValue>(Pairs(source, p), source.Comparer);
    }

    private static object ImmutableDictionaryOf<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull
    {
        var source = (ImmutableDictionary<TKey, TValue>)v;
        return Pairs(source, p).ToImmutableDictionary(source.KeyComparer, source.ValueComparer);
    }

    private static object ImmutableSortedDictionaryOf<TKey, TValue>(object v, ContractCopier.Pass p)
        where TKey : notnull
    {
        var source = (ImmutableSortedDictionary<TKey, TValue>)v;
        return Pairs(source, p).ToImmutableSortedDictionary(source.KeyComparer, source.ValueComparer);
    }
}
