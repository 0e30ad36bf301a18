using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Postgres;

namespace Palisade.Cli.Admin;

/// <summary>
/// <c>palisade admin migrate</c>: as the owner of a PostgreSQL database, so that no node needs to log in as that.
/// </summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command(
            "migrate",
            "Brings the tables of a PostgreSQL database, and the rights of the logins, to this version"
        )
        {
            AdminOptions.Data,
            AdminOptions.Config,
        };
        command.SetAction((parsed, cancellation) => AdminCommands.RunAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await PostgresStore.MigrateAsync(AdminOptions.Postgres(parsed), NullLoggerFactory.Instance, cancellationToken);
        Console.WriteLine("The database is of this version, and the logins have their rights.");
        return 0;
    }
}
