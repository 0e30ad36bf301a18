using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Tests.Personal;

/// <summary>Two people, their records, and how one is erased.</summary>
public abstract class PersonalTest(IStoreHarness harness) : StoreTest(harness)
{
    protected static readonly Caller Bob = Ada with
    {
        Principal = new(PrincipalKind.User, "u2", "Bob"),
        Ip = "10.9.8.7",
    };

    protected Task WriteAsync(Caller caller, string org = "acme") =>
        Store.Journal.AppendAsync(
            new() { Org = org, Writes = [Write($"rec/{org}/n1", null, Entry() with { Caller = caller })] }
        );

    protected async Task EraseAsync(KeyErasure erasure)
    {
        var append = Append(Write("rec/acme/eraser", null, Entry() with { Caller = Bob })) with
        {
            Erasures = [erasure],
        };
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(append));
        await Store.Personal.NoteErasedAsync();
        Assert.True(await Store.Personal.ScrubAsync());
    }
}
