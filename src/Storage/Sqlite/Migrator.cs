using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Applies the embedded SQL files in order, each once and in its own transaction. The store's lock file is held
/// meanwhile.
/// </summary>
internal static partial class Migrator
{
    private const string Prefix = "Palisade.Storage.Sqlite.Migrations.";

    public static void Apply(Connection connection, TimeProvider clock, ILogger logger)
    {
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL)"
        );
        var files = Files();
        var current = Current(connection);
        if (current > files.Count)
        {
            throw new StoreUnusableException(
                $"The database was written by a newer version (schema {current}, this version knows {files.Count}). Install that version again."
            );
        }

        foreach (var (version, name, sql) in files.Where(file => file.Version > current))
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

    private static long Current(Connection connection)
    {
        using var statement = connection.Prepare("SELECT coalesce(max(version), 0) FROM migration");
        statement.Step();
        return statement.Int64(0);
    }

    private static List<(int Version, string Name, string Sql)> Files()
    {
        var assembly = typeof(Migrator).Assembly;
        var files = new List<(int Version, string Name, string Sql)>();
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[Prefix.Length..];
            files.Add((int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }

        return files.Select(file => file.Version).SequenceEqual(Enumerable.Range(1, files.Count))
            ? files
            : throw new InvalidOperationException("The numbers of the migrations have a gap.");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Applied migration {Name}")]
    private static partial void Applied(ILogger logger, string name);
}
