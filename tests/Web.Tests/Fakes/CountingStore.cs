using System.Collections.Immutable;
using System.Reflection;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Web.Tests.Fakes;

/// <summary>A store that counts what is asked of its journal.</summary>
public class CountingStore : DispatchProxy
{
    private IStore? _store;
    private IJournal? _journal;

    public static (IStore Store, CountingJournal Counts) Of(IStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var journal = Create<IJournal, CountingJournal>();
        var counts = (CountingJournal)(object)journal;
        counts.Journal = store.Journal;
        var counting = Create<IStore, CountingStore>();
        ((CountingStore)(object)counting)._store = store;
        ((CountingStore)(object)counting)._journal = journal;
        return (counting, counts);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == "get_Journal" ? _journal : targetMethod.Invoke(_store, args);
}

public class CountingJournal : DispatchProxy
{
    public IJournal? Journal { get; set; }

    /// <summary>How often heads were read, of how many streams; and how many streams were read.</summary>
    public (int Asked, int Heads, int Streams) Counts { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var (asked, heads, streams) = Counts;
        Counts = targetMethod!.Name switch
        {
            nameof(IJournal.HeadsAsync) => (asked + 1, heads + ((ImmutableArray<StreamId>)args![0]!).Length, streams),
            nameof(IJournal.ReadAsync) => (asked, heads, streams + 1),
            _ => Counts,
        };
        return targetMethod.Invoke(Journal, args);
    }
}
