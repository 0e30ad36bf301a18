using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Postgres;

/// <summary>Rotates the master key of a database that no server has open.</summary>
public static class PostgresKeyRotation
{
    /// <summary>As <see cref="MasterKeyRotation.RunAsync"/>, after it was recorded (S04).</summary>
    public static async Task<int> RunAsync(
        PostgresStoreOptions options,
        string operatorName,
        ILoggerFactory loggers,
        Action<string> tell,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        await PostgresStore.RequireCurrentAsync(options, cancellationToken);
        await using var source = options.Owner();
        await using (await TakeAsync(source, cancellationToken))
        {
            // Nobody has it open: what follows is not refused after it was recorded.
        }

        MasterKeyRing both;
        await using (var store = await PostgresStore.OpenAsync(options, null, loggers, cancellationToken))
        {
            both = await MasterKeyRotation.BeginAsync(store, options.KeysDirectory, operatorName, cancellationToken);
        }

        await using var connection = await TakeAsync(source, cancellationToken);
        return await MasterKeyRotation.RunAsync(
            options.KeysDirectory,
            both,
            new Rows(connection),
            tell,
            cancellationToken
        );
    }

    /// <summary>A connection while which no server opens the database.</summary>
    private static async Task<NpgsqlConnection> TakeAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await OpenLock.TryAloneAsync(connection, cancellationToken))
        {
            return connection;
        }

        await connection.DisposeAsync();
        throw new StoreUnusableException(
            $"Servers have the database {connection.Database} open, and the old key in memory. Stop all of them first."
        );
    }

    private sealed class Rows(NpgsqlConnection connection) : IWrappedKeys
    {
        public async Task<List<DataKey>> ReadAsync(MasterKeyRing ring, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(InventoryRows.Keys, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var (row, keys) = (new PostgresRow(reader), new List<DataKey>());
            while (await reader.ReadAsync(cancellationToken))
            {
                keys.Add(MasterKeyRotation.Read(row, ring));
            }

            return keys;
        }

        public async Task WriteAsync(
            IReadOnlyList<DataKey> keys,
            MasterKeyRing ring,
            CancellationToken cancellationToken
        )
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            foreach (var statement in Statements(keys, ring))
            {
                await statement.RunAsync(connection, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        // The last one is refused if a data key were left that another master key wraps.
        private static IEnumerable<Statement> Statements(IReadOnlyList<DataKey> keys, MasterKeyRing ring) =>
            [
                Locks.DataKeys(),
                Statement
                    .Of("INSERT INTO master_key (id, check_value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                    .Add(ring.CurrentId)
                    .AddBlob(ring.CheckValue(ring.CurrentId)),
                Statement
                    .Of(
                        """
                        UPDATE data_key SET master = $1, wrapped = given.wrapped
                        FROM unnest($2, $3) AS given (id, wrapped) WHERE data_key.id = given.id
                        """
                    )
                    .Add(ring.CurrentId)
                    .Add([.. keys.Select(key => key.Id)])
                    .Add([.. keys.Select(key => key.Wrap(ring))]),
                Statement.Of("DELETE FROM master_key WHERE id <> $1").Add(ring.CurrentId),
            ];
    }
}
