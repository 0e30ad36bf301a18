using System.Collections.Immutable;
using System.Reflection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Access;

public sealed class RecorderFlushTests
{
    private static readonly Outcome Denied = new(EntryResult.Denied, "access.denied: no");

    [Fact]
    public async Task S32_what_was_counted_is_not_lost_when_the_store_fails_midway()
    {
        var (store, journal) = FailingJournal.Create();
        await using var recorder = new Recorder(store, new("n1", "m"));
        string[] people = ["u1", "u2", "u3"];
        foreach (var person in people)
        {
            await RefuseAsync(person, times: 3);
        }

        journal.Left = 1;
        await Assert.ThrowsAsync<IOException>(recorder.FlushAsync);
        await RefuseAsync("u3", times: 2);
        journal.Left = int.MaxValue;
        await recorder.FlushAsync();
        await recorder.FlushAsync();

        var counts = journal
            .Entries.Where(entry => entry.Details.ContainsKey("repeated"))
            .Select(entry => (entry.Caller.Principal.Id, int.Parse(entry.Details["repeated"])))
            .ToLookup(count => count.Id, count => count.Item2);
        Assert.Equal([2, 2, 4], people.Select(person => counts[person].Sum()).Order());
        Assert.Equal(3, counts.Count);
        Assert.All(counts, person => Assert.Single(person));

        async Task RefuseAsync(string person, int times)
        {
            var caller = Callers.System("acme", "000000000000") with
            {
                Principal = new(PrincipalKind.User, person, person),
            };
            for (var i = 0; i < times; i++)
            {
                await recorder.RecordAsync(caller, Operations.AppDelete, default, Denied);
            }
        }
    }
}

/// <summary>Keeps what is appended, until it fails.</summary>
public class FailingJournal : DispatchProxy
{
    /// <summary>So many appends go well.</summary>
    public int Left { get; set; } = int.MaxValue;

    public List<EntryDraft> Entries { get; } = [];

    internal static (IStore Store, FailingJournal Journal) Create()
    {
        var journal = Create<IJournal, FailingJournal>();
        return (Tests.Jobs.Simulation.NodeStore.Of(journal, null!), (FailingJournal)(object)journal);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Left-- <= 0)
        {
            return Task.FromException<AppendResult>(new IOException("the disk is full"));
        }

        Entries.AddRange(((Append)args![0]!).Writes.SelectMany(write => write.Entries));
        return Task.FromResult<AppendResult>(new Appended([], default));
    }
}
