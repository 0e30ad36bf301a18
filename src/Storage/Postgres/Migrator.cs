using Microsoft.Extensions.Logging;
using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Applies the embedded SQL files in order, each once, all in one transaction of the owner's under a lock: of several
/// processes that start at the same time one does it.
/// </summary>
internal static partial class Migrator
{
    /// <summary>
    /// A statement that waits longer for its lock is one behind which every append of the nodes that serve would wait.
    /// </summary>
    private const string LockTimeout = "2s";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task ApplyAsync(
        PostgresStoreOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                await TryApplyAsync(options, clock, logger, cancellationToken);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // Something long reads the table, as a backup does.
                Waits(logger, exception.MessageText);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task TryApplyAsync(
        PostgresStoreOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(
            connection,
            [Locks.Opening(), Statement.Of($"SET LOCAL lock_timeout = '{LockTimeout}'")],
            cancellationToken
        );
        if (!options.Restoring)
        {
            await PostgresRestore.RefuseAsync(connection, cancellationToken);
        }

        await RefuseForeignAsync(connection, cancellationToken);
        var (app, retention) = options.Logins();
        var missing = MigrationFile
            .After(await CurrentAsync(connection, cancellationToken), MigrationFile.Of(nameof(Postgres)))
            .ToList();
        if (missing.Count == 0 && options.OwnerConnectionString is null)
        {
            return;
        }

        foreach (var (version, name, sql) in missing)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await RunAsync(
                connection,
                [
                    Statement
                        .Of("INSERT INTO migration (version, name, applied) VALUES ($1, $2, $3)")
                        .Add(version)
                        .Add(name)
                        .Add(clock.GetUtcNow()),
                ],
                cancellationToken
            );
            Applied(logger, name);
        }

        await RunAsync(connection, Rights.Of(app, retention), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Refuses a database without data, and one that this version would have to change first.</summary>
    public static async Task RequireCurrentAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await PostgresRestore.RefuseAsync(connection, cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT to_regclass('migration') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
        {
            throw new StoreUnusableException($"There is no data in the database {connection.Database}.");
        }

        MigrationFile.RequireCurrent(
            await CurrentAsync(connection, cancellationToken),
            MigrationFile.Of(nameof(Postgres)),
            $"The data in the database {connection.Database}",
            "run palisade admin migrate"
        );
    }

    /// <summary>Refuses a database that holds tables, but none of ours: most likely its name was mistyped.</summary>
    private static async Task RefuseForeignAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT min(relname) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            HAVING NOT bool_or(relname = 'migration')
            """,
            connection
        );
        if (await command.ExecuteScalarAsync(cancellationToken) is string table)
        {
            throw new StoreUnusableException(
                $"The database {connection.Database} holds tables of something else ({table}). Give an empty one."
            );
        }
    }

    private static async Task<long> CurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('migration') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
        {
            await RunAsync(
                connection,
                [
                    Statement.Of(
                        "CREATE TABLE migration (version integer PRIMARY KEY, name text NOT NULL, applied bigint NOT NULL)"
                    ),
                ],
                cancellationToken
            );
        }

        await using var current = new NpgsqlCommand(
            "SELECT coalesce(max(version), 0)::bigint FROM migration",
            connection
        );
        return (long)(await current.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RunAsync(
        NpgsqlConnection connection,
        IEnumerable<Statement> statements,
        CancellationToken cancellationToken
    )
    {
        await using var batch = connection.CreateBatch();
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement.ToCommand());
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    [LoggerMessage(EventId = 33, Level = LogLevel.Information, Message = "Applied migration {Name}")]
    private static partial void Applied(ILogger logger, string name);

    [LoggerMessage(EventId = 34, Level = LogLevel.Warning, Message = "The migration waits for another: {Why}")]
    private static partial void Waits(ILogger logger, string why);
}
