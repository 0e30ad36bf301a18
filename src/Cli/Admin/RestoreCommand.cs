using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Operating;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Cli.Admin;

/// <summary><c>palisade admin restore</c>.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "The folder of the backup" };

    private static readonly Option<bool> Keep = new("--keep-credentials")
    {
        Description = "Keeps sessions, tokens and invites valid",
    };

    public static Command Create()
    {
        var command = new Command(
            "restore",
            "Brings a backup back into a folder, or a PostgreSQL database, without data"
        )
        {
            Folder,
            Keep,
            AdminOptions.Data,
            AdminOptions.Keys,
            AdminOptions.Config,
        };
        command.SetAction((parsed, cancellation) => AdminCommands.RunAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (backup, keep) = (parsed.GetRequiredValue(Folder), parsed.GetValue(Keep));
        var options = new RestoreOptions
        {
            KeysDirectory = parsed.GetValue(AdminOptions.Keys),
            KeepCredentials = keep,
            Operator = Environment.UserName,
        };
        var postgres = AdminOptions.FindPostgres(parsed);
        await (
            postgres is null
                ? SqliteStore.RestoreAsync(
                    backup,
                    AdminOptions.DataOf(parsed),
                    options,
                    TimeProvider.System,
                    NullLoggerFactory.Instance,
                    cancellationToken
                )
                : PostgresStore.RestoreAsync(backup, postgres, options, NullLoggerFactory.Instance, cancellationToken)
        );
        var place = postgres is null ? AdminOptions.DataOf(parsed) : "the PostgreSQL database";
        Console.WriteLine($"Restored to {place}; the fork is in the installation's log.");
        Console.WriteLine(
            keep ? "Sessions, tokens and invites were kept." : "All sessions, tokens and invites were revoked."
        );
        return 0;
    }
}
