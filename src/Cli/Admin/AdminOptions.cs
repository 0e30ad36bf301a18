using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Cli.Admin;

/// <summary>
/// What the commands work on. SECURITY: how to log in to a database comes from the environment or a file, as the server
/// gets it, and never from the command line, which every user of the machine can read.
/// </summary>
internal static class AdminOptions
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The data folder",
        DefaultValueFactory = _ => "./data",
    };

    public static readonly Option<string?> Keys = new("--keys")
    {
        Description = "Folder of the master key ring; default: keys in the data folder, or Postgres__KeysDirectory",
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "JSON file with the section Postgres; its values may also come as Postgres__… of the environment",
    };

    private static EventCatalog Events => EventCatalog.From(typeof(IDomainEvent).Assembly);

    public static string DataOf(ParseResult parsed) => Path.GetFullPath(parsed.GetRequiredValue(Data));

    public static SqliteStoreOptions Sqlite(ParseResult parsed) =>
        new()
        {
            DataDirectory = DataOf(parsed),
            KeysDirectory = parsed.GetValue(Keys),
            Events = Events,
        };

    /// <summary>
    /// Opening makes a store where there is none, which would hide a mistyped folder, and migrates, from which only a
    /// restore leads back.
    /// </summary>
    public static SqliteStoreOptions ExistingFolder(ParseResult parsed)
    {
        var options = Sqlite(parsed);
        options.Migrates = false;
        return File.Exists(Path.Combine(options.DataDirectory, "palisade.db"))
            ? options
            : throw new StoreUnusableException(
                $"There is no data in {options.DataDirectory}. Name the folder with --data, or a PostgreSQL database with Postgres__ConnectionString."
            );
    }

    /// <summary>Folder of the master key ring.</summary>
    public static string KeysOf(ParseResult parsed) =>
        FindPostgres(parsed)?.KeysDirectory ?? parsed.GetValue(Keys) ?? Path.Combine(DataOf(parsed), "keys");

    /// <summary>Null when no PostgreSQL database is named.</summary>
    public static PostgresStoreOptions? FindPostgres(ParseResult parsed)
    {
        var builder = new ConfigurationBuilder();
        if (parsed.GetValue(Config) is { } file)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        var options = new PostgresStoreOptions { Events = Events };
        try
        {
            builder.AddEnvironmentVariables().Build().GetSection(PostgresStoreOptions.SectionName).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            // Names the variable and its value, which is a number or a time: texts are taken as they are.
            throw new StoreUnusableException(exception.Message);
        }

        if (options.ConnectionString.Length == 0)
        {
            return null;
        }

        options.KeysDirectory = parsed.GetValue(Keys) ?? options.KeysDirectory;
        options.KeepBelow(DataOf(parsed));
        return options;
    }

    public static PostgresStoreOptions Postgres(ParseResult parsed) =>
        FindPostgres(parsed)
        ?? throw new StoreUnusableException(
            "No PostgreSQL database is named. Set Postgres__ConnectionString (and Postgres__OwnerConnectionString, Postgres__RetentionConnectionString, "
                + "as the server will have them) in the environment, or give a file with --config."
        );
}
