using System.Reflection;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>
/// The real store, on which something else may happen between what a command decided and its write: a race that is lost
/// each time. A proxy, since only appends are of interest.
/// </summary>
public class OvertakenStore : DispatchProxy
{
    private IStore _store = null!;
    private IJournal _journal = null!;

    internal static IStore Of(IStore store, Overtaker overtaker)
    {
        var proxy = Create<IStore, OvertakenStore>();
        var overtaken = (OvertakenStore)(object)proxy;
        overtaken._store = store;
        overtaken._journal = OvertakenJournal.Of(store.Journal, overtaker);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == "get_Journal"
            ? _journal
            : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
}

/// <inheritdoc cref="OvertakenStore"/>
public class OvertakenJournal : DispatchProxy
{
    private IJournal _journal = null!;
    private Overtaker _overtaker = null!;

    internal static IJournal Of(IJournal journal, Overtaker overtaker)
    {
        var proxy = Create<IJournal, OvertakenJournal>();
        var overtaken = (OvertakenJournal)(object)proxy;
        (overtaken._journal, overtaken._overtaker) = (journal, overtaker);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [Append append, ..] && _overtaker.Take(append) is { } overtake
            ? AfterAsync(overtake, append)
            : targetMethod!.Invoke(_journal, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task<AppendResult> AfterAsync(Func<Task> overtake, Append append)
    {
        await overtake();
        return await _journal.AppendAsync(append);
    }
}

/// <summary>What happens once, before the first write that carries a certain event.</summary>
public sealed class Overtaker
{
    private (Type Event, Func<Task> Overtake)? _next;

    public void Before<TEvent>(Func<Task> overtake) => _next = (typeof(TEvent), overtake);

    /// <summary>It happened.</summary>
    public bool Done => _next is null;

    internal Func<Task>? Take(Append append)
    {
        if (
            _next is not var (kind, overtake)
            || !append.Writes.Any(w => w.Entries.Any(e => kind.IsInstanceOfType(e.Event)))
        )
        {
            return null;
        }

        _next = null;
        return overtake;
    }
}
