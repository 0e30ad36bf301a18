using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests;

/// <summary>Opens stores of one adapter on fresh data; the same data can be opened again after it was closed.</summary>
public interface IStoreHarness : IAsyncDisposable
{
    Task<IStore> OpenAsync(TimeProvider clock);
}

/// <summary>
/// A test on one open store. Each conformance suite derives from this, and each adapter from the suites.
/// </summary>
public abstract class StoreTest(IStoreHarness harness) : IAsyncLifetime
{
    private IStore? _store;

    internal ManualClock Clock { get; } = new();

    protected IStore Store => _store!;

    public async Task InitializeAsync() => _store = await harness.OpenAsync(Clock);

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await harness.DisposeAsync();
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await harness.OpenAsync(Clock);
    }

    protected static Caller Ada { get; } =
        new()
        {
            Principal = new(PrincipalKind.User, "u1", "Ada"),
            SignIn = "cli-token",
            CredentialId = "t1",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "0123456789ab",
            Org = "acme",
        };

    internal static EntryDraft Entry(
        IDomainEvent? happened = null,
        string operation = "app.env.set",
        string resource = "staging/web"
    ) =>
        new()
        {
            Caller = Ada,
            Operation = operation,
            ResourceType = "Application",
            Resource = resource,
            Event = happened,
        };

    protected static StreamWrite Write(string stream, long? head, params EntryDraft[] entries) =>
        new(new(stream), head, entries.Length == 0 ? [Entry()] : [.. entries]);

    protected static Append Append(params StreamWrite[] writes) => new() { Org = "acme", Writes = [.. writes] };

    /// <summary>An append of one entry.</summary>
    internal static Append One(string stream, long? head) => Append(Write(stream, head));

    /// <summary>An entry that is told by the id of its request.</summary>
    internal static EntryDraft Of(string requestId) => Entry() with { Caller = Ada with { RequestId = requestId } };

    internal static JobDraft Work(string id, string stream) =>
        new()
        {
            Id = id,
            Kind = "app.converge",
            Org = "acme",
            Stream = stream,
            Operation = "app.converge",
            Resource = "staging/web",
            Caller = Ada,
        };

    protected async Task<long> HeadAsync(string stream) => (await Store.Journal.HeadsAsync([new(stream)]))[0].Head;

    protected async Task<List<StoredEntry>> EntriesAsync(string stream)
    {
        var entries = new List<StoredEntry>();
        await foreach (var entry in Store.Journal.ReadAsync(new(stream), 0))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
