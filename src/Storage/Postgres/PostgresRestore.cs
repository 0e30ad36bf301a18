using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Brings a backup back into a database without data, voids credentials and declares the fork in every log (S06). A
/// table of its own says meanwhile that it is not done: no server opens the database before, however it is killed, and
/// the same restore, begun again, goes on.
/// </summary>
internal static class PostgresRestore
{
    private const string Begun = "CREATE TABLE restoring (backup text NOT NULL)";

    public static async Task RunAsync(
        string backup,
        PostgresStoreOptions options,
        RestoreOptions restore,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var note = BackupNote.Read(backup);
        var dump = Path.Combine(backup, PostgresBackup.DumpName);
        if (!File.Exists(dump))
        {
            throw new StoreUnusableException(
                $"{backup} is a backup of an embedded store. Restore it into a data folder, without Postgres__ConnectionString, and then move that."
            );
        }

        if (!MasterKeyRing.Exists(options.KeysDirectory))
        {
            throw new StoreUnusableException(
                $"Put the master key ring that the backup was written with into {options.KeysDirectory} first."
            );
        }

        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await BeginAsync(connection, options, note, cancellationToken);
        FileCopy.CopyLive(Path.Combine(backup, "objects"), options.ObjectsDirectory, cancellationToken);
        FileCopy.CopyLive(Path.Combine(backup, "logs"), options.LogsDirectory, cancellationToken);
        if (!await HasAsync(connection, "migration", cancellationToken))
        {
            await PostgresTool.RunAsync(
                "pg_restore",
                [
                    "--no-owner",
                    "--no-privileges",
                    "--single-transaction",
                    "--exit-on-error",
                    $"--dbname={connection.Database}",
                    dump,
                ],
                options,
                connection,
                cancellationToken
            );
        }

        options.Restoring = true;
        await using (var store = await PostgresStore.OpenAsync(options, null, loggers, cancellationToken))
        {
            await store.DeclareForkAsync(note, restore, cancellationToken);
        }

        await RunAsync(connection, "DROP TABLE restoring", cancellationToken);
        await RunAsync(connection, "ANALYZE", cancellationToken);
    }

    /// <summary>Refuses a database of which a restore is not done.</summary>
    public static async Task RefuseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await HasAsync(connection, "restoring", cancellationToken))
        {
            throw new StoreUnusableException(
                "A backup is being restored into this database, or that broke off. Run palisade admin restore again with the same backup."
            );
        }
    }

    private static async Task BeginAsync(
        NpgsqlConnection connection,
        PostgresStoreOptions options,
        BackupNote note,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Locks.Opening().RunAsync(connection, cancellationToken);
        if (await HasAsync(connection, "restoring", cancellationToken))
        {
            await using var other = new NpgsqlCommand("SELECT backup FROM restoring", connection);
            if (await other.ExecuteScalarAsync(cancellationToken) is string id && id != note.Id)
            {
                throw new StoreUnusableException(
                    $"The restore of another backup ({id}) into this database broke off. Run that one again, or give an empty database."
                );
            }

            return;
        }

        await using var any = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')",
            connection
        );
        if ((bool)(await any.ExecuteScalarAsync(cancellationToken))!)
        {
            throw new StoreUnusableException(
                $"The database {connection.Database} is not empty; a backup is restored into a new one."
            );
        }

        RestoreOptions.RefuseFilled(options.ObjectsDirectory, options.LogsDirectory);
        await RunAsync(connection, Begun, cancellationToken);
        await Statement.Of("INSERT INTO restoring VALUES ($1)").Add(note.Id).RunAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> HasAsync(
        NpgsqlConnection connection,
        string table,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand($"SELECT to_regclass('{table}') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        new Statement(sql).RunAsync(connection, cancellationToken);
}
