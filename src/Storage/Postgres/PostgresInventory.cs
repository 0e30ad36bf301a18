using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresInventory(Database database, MasterKeyRing ring) : IInventory
{
    public Task<ImmutableArray<StreamHead>> StreamsAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Streams, InventoryRows.Stream, cancellationToken);

    public Task<ImmutableArray<ListedObject>> ObjectsAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Objects, InventoryRows.Object, cancellationToken);

    public Task<ImmutableArray<ListedKey>> KeysAsync(CancellationToken cancellationToken = default) =>
        AllAsync(InventoryRows.Keys, InventoryRows.Key(ring), cancellationToken);

    private async Task<ImmutableArray<T>> AllAsync<T>(
        string sql,
        Func<IRow, T> read,
        CancellationToken cancellationToken
    ) => [.. await database.ReadAsync(new(sql), read, cancellationToken)];
}
