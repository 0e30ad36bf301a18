using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteDataKeys(Writer writer, ReadPool readers, DataKeyCache cache, MasterKeyRing ring)
    : IDataKeys
{
    public ValueTask<DataKey?> TryCurrentAsync(string scope, CancellationToken cancellationToken) =>
        cache.Current(scope) is { } key ? new(key) : new(LoadOrCreateAsync(scope, cancellationToken));

    public async ValueTask<DataKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (cache.Find(id) is { } known)
        {
            return known;
        }

        var generation = cache.Generation;
        if (await readers.ReadAsync(db => DataKeyTable.Find(db, id, ring), cancellationToken) is not { } key)
        {
            return null;
        }

        cache.Learn(key, current: false, generation);
        return key;
    }

    public async ValueTask<bool> IsErasedAsync(string scope, string id, CancellationToken cancellationToken) =>
        cache.Find(id) is null
        && await readers.ReadAsync(db => DataKeyTable.IsErased(db, scope, id), cancellationToken);

    private async Task<DataKey?> LoadOrCreateAsync(string scope, CancellationToken cancellationToken)
    {
        if (scope.Length is 0 or > 512 || scope.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A scope has 1 to 512 characters.", nameof(scope));
        }

        var generation = cache.Generation;
        var key =
            await readers.ReadAsync(db => DataKeyTable.Current(db, scope, ring), cancellationToken)
            ?? await writer.WriteAsync(
                session =>
                    DataKeyTable.Current(session.Connection, scope, ring)
                    ?? (
                        DataKeyTable.IsEnded(session.Connection, scope)
                            ? null
                            : DataKeyTable.Create(session, scope, ring)
                    ),
                cancellationToken
            );
        if (key is not null)
        {
            cache.Learn(key, current: true, generation);
        }

        return key;
    }
}
