using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Audit;

/// <summary>Keys of logs, recorded before they sign as a server does it.</summary>
internal static class LogKeys
{
    /// <summary>The first one of a log.</summary>
    public static async Task<NoteSigner> BeginAsync(IStore store, string org = "acme")
    {
        var signer = NoteSigner.Create((await store.Audit.OpenAsync(org)).Origin);
        await AddAsync(store, org, 0, new($"{signer.Key}", null, DateTimeOffset.UnixEpoch));
        return signer;
    }

    /// <summary>One that takes over from the first.</summary>
    public static async Task<NoteSigner> RotateAsync(IStore store, NoteSigner first, string org = "acme")
    {
        var signer = NoteSigner.Create(first.Key.Name);
        var text = KeyHistory.SuccessionText(first.Key, signer.Key);
        var succession = new SignedNote(text, [first.Sign(text), signer.Sign(text)]);
        await AddAsync(store, org, 1, new($"{signer.Key}", $"{succession}", DateTimeOffset.UnixEpoch));
        return signer;
    }

    private static async Task AddAsync(IStore store, string org, long head, SigningKeyAdded added)
    {
        var write = new StreamWrite(StreamId.Audit(LogName.Of(org)), head, [StoreTest.Entry(added)]);
        Assert.IsType<Appended>(await store.Journal.AppendAsync(new() { Org = org, Writes = [write] }));
    }
}
