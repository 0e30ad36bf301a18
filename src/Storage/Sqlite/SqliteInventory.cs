using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteInventory(ReadPool readers, MasterKeyRing ring) : IInventory
{
    public Task<ImmutableArray<StreamHead>> StreamsAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Streams, InventoryRows.Stream, cancellationToken);

    public Task<ImmutableArray<ListedObject>> ObjectsAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Objects, InventoryRows.Object, cancellationToken);

    public Task<ImmutableArray<ListedKey>> KeysAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Keys, InventoryRows.Key(ring), cancellationToken);

    private Task<ImmutableArray<T>> AllAsync<T>(string sql, Func<IRow, T> read, CancellationToken cancellationToken) =>
        readers.ReadLongAsync<ImmutableArray<T>>(db => [.. db.Prepare(sql).All(read)], cancellationToken);
}
