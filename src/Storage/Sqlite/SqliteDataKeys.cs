using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteDataKeys(Writer writer, ReadPool readers, DataKeyCache cache, MasterKeyRing ring)
    : StoredDataKeys(cache)
{
    protected override Task<DataKey?> ReadAsync(string id, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => DataKeyTable.Find(db, id, ring), cancellationToken);

    protected override Task<DataKey?> ReadCurrentAsync(string scope, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => DataKeyTable.Current(db, scope, ring), cancellationToken);

    protected override Task<DataKey?> CreateAsync(string scope, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            session =>
                DataKeyTable.Current(session.Connection, scope, ring)
                ?? (DataKeyTable.IsEnded(session.Connection, scope) ? null : DataKeyTable.Create(session, scope, ring)),
            cancellationToken
        );

    protected override Task<bool> ReadErasedAsync(string scope, string id, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => DataKeyTable.IsErased(db, scope, id), cancellationToken);
}
