using Microsoft.Extensions.Logging;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Sqlite;

/// <summary>Rotates the master key of a stopped server's folder.</summary>
public static class SqliteKeyRotation
{
    /// <summary>As <see cref="MasterKeyRotation.RunAsync"/>, after it was recorded (S04).</summary>
    public static async Task<int> RunAsync(
        SqliteStoreOptions options,
        string operatorName,
        ILoggerFactory loggers,
        Action<string> tell,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        MasterKeyRing both;
        await using (var store = await SqliteStore.OpenAsync(options, TimeProvider.System, loggers, cancellationToken))
        {
            both = await MasterKeyRotation.BeginAsync(store, options.KeysPath, operatorName, cancellationToken);
        }

        using var held = StoreLock.Take(options.DataDirectory);
        using var connection = Connection.OpenWriter(options.DatabasePath);
        return await MasterKeyRotation.RunAsync(options.KeysPath, both, new Rows(connection), tell, cancellationToken);
    }

    private sealed class Rows(Connection connection) : IWrappedKeys
    {
        public Task<List<DataKey>> ReadAsync(MasterKeyRing ring, CancellationToken cancellationToken) =>
            Task.FromResult(connection.Prepare(InventoryRows.Keys).All(row => MasterKeyRotation.Read(row, ring)));

        public Task WriteAsync(IReadOnlyList<DataKey> keys, MasterKeyRing ring, CancellationToken cancellationToken)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection
                .Prepare("INSERT INTO master_key (id, check_value) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .Add(ring.CurrentId)
                .AddBlob(ring.CheckValue(ring.CurrentId))
                .Run();
            foreach (var key in keys)
            {
                connection
                    .Prepare("UPDATE data_key SET master = ?, wrapped = ? WHERE id = ?")
                    .Add(ring.CurrentId)
                    .AddBlob(key.Wrap(ring))
                    .Add(key.Id)
                    .Run();
            }

            connection.Prepare("DELETE FROM master_key WHERE id <> ?").Add(ring.CurrentId).Run();
            // What the old key opens is in no page any more.
            DataKeyTable.Rewrite(connection);
            connection.Execute("COMMIT");
            connection.Checkpoint();
            return Task.CompletedTask;
        }
    }
}
