using System.Collections.Concurrent;
using System.Security.Cryptography;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteDataKeys(Writer writer, ReadPool readers, MasterKeyRing ring) : IDataKeys
{
    private readonly ConcurrentDictionary<string, DataKey> _current = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DataKey> _byId = new(StringComparer.Ordinal);

    public ValueTask<DataKey> CurrentAsync(string scope, CancellationToken cancellationToken) =>
        _current.TryGetValue(scope, out var key) ? new(key) : new(LoadOrCreateAsync(scope, cancellationToken));

    public async ValueTask<DataKey?> FindAsync(string scope, string id, CancellationToken cancellationToken)
    {
        if (!_byId.TryGetValue(id, out var key))
        {
            key = await readers.ReadAsync(db => Read(db, "id", id), cancellationToken);
            if (key is not null)
            {
                key = _byId.GetOrAdd(id, key);
            }
        }

        return key?.Scope == scope ? key : null;
    }

    private async Task<DataKey> LoadOrCreateAsync(string scope, CancellationToken cancellationToken)
    {
        if (scope.Length is 0 or > 512 || scope.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A scope has 1 to 512 characters.", nameof(scope));
        }

        var key =
            await readers.ReadAsync(db => Read(db, "scope", scope), cancellationToken)
            ?? await writer.WriteAsync(
                session => Read(session.Connection, "scope", scope) ?? Create(session, scope),
                cancellationToken
            );
        _byId.TryAdd(key.Id, key);
        return _current.GetOrAdd(scope, key);
    }

    private DataKey Create(WriteSession session, string scope)
    {
        var key = new DataKey(
            "dk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            scope,
            RandomNumberGenerator.GetBytes(AesSeal.KeyBytes)
        );
        session
            .Prepare("INSERT INTO data_key (id, scope, master, wrapped, created) VALUES (?, ?, ?, ?, ?)")
            .Add(key.Id)
            .Add(scope)
            .Add(ring.CurrentId)
            .AddBlob(ring.Wrap(key.Key, key.Id, scope))
            .Add(session.Now)
            .Run();
        return key;
    }

    private DataKey? Read(Connection connection, string column, string value)
    {
        using var row = connection
            .Prepare(
                $"SELECT id, scope, master, wrapped FROM data_key WHERE {column} = ? ORDER BY created DESC, id LIMIT 1"
            )
            .Add(value);
        if (!row.Step())
        {
            return null;
        }

        var (id, scope) = (row.Text(0), row.Text(1));
        return new(id, scope, ring.Unwrap(row.Text(2), row.Blob(3), id, scope));
    }
}
