using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Storage.Tests.Sqlite;

/// <summary>Embedded stores in a folder of their own, removed at the end.</summary>
public sealed class SqliteHarness : IStoreHarness
{
    public static EventCatalog Events { get; } =
        EventCatalog
            .From(typeof(SqliteHarness).Assembly, typeof(IDomainEvent).Assembly)
            .WithUpcaster("test.renamed", 1, json => json)
            .WithUpcaster("test.renamed", 2, json => json);

    public string Folder { get; } = Directory.CreateTempSubdirectory("palisade-store-").FullName;

    public SqliteStoreOptions Options => OptionsFor(Path.Combine(Folder, "data"));

    /// <summary>Small segments, so that tests meet rotation.</summary>
    public static SqliteStoreOptions OptionsFor(string data) =>
        new()
        {
            DataDirectory = data,
            Events = Events,
            LogSegmentBytes = 64 << 10,
        };

    public async Task<IStore> OpenAsync(TimeProvider clock) =>
        await SqliteStore.OpenAsync(Options, clock, NullLoggerFactory.Instance);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
