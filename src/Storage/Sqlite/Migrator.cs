using Microsoft.Extensions.Logging;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Applies the embedded SQL files in order, each once and in its own transaction. The store's lock file is held
/// meanwhile.
/// </summary>
internal static partial class Migrator
{
    public static void Apply(Connection connection, TimeProvider clock, ILogger logger)
    {
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL)"
        );
        foreach (var (version, name, sql) in MigrationFile.After(Current(connection), MigrationFile.Of(nameof(Sqlite))))
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                connection.Execute(sql);
                connection
                    .Prepare("INSERT INTO migration (version, name, applied) VALUES (?, ?, ?)")
                    .Add(version)
                    .Add(name)
                    .Add(clock.GetUtcNow())
                    .Run();
                connection.Execute("COMMIT");
            }
            catch
            {
                connection.Execute("ROLLBACK");
                throw;
            }

            Applied(logger, name);
        }
    }

    /// <summary>Refuses a database that this version would have to change before it reads it.</summary>
    public static void RequireCurrent(Connection connection, string folder) =>
        MigrationFile.RequireCurrent(
            Current(connection),
            MigrationFile.Of(nameof(Sqlite)),
            $"The data of {folder}",
            "start its server on it once, and stop it"
        );

    private static long Current(Connection connection)
    {
        using var statement = connection.Prepare("SELECT coalesce(max(version), 0) FROM migration");
        statement.Step();
        return statement.Int64(0);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Applied migration {Name}")]
    private static partial void Applied(ILogger logger, string name);
}
