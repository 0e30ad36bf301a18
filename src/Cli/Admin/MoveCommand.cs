using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Moving;

namespace Palisade.Cli.Admin;

/// <summary><c>palisade admin move</c>.</summary>
internal static class MoveCommand
{
    public static Command Create()
    {
        var command = new Command(
            "move",
            "Moves the data of a stopped server from SQLite to an empty PostgreSQL database"
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
        var move = new StoreMove(
            AdminOptions.Sqlite(parsed),
            AdminOptions.Postgres(parsed),
            Environment.UserName,
            NullLoggerFactory.Instance,
            Console.WriteLine
        );
        var report = await move.RunAsync(cancellationToken);
        Console.WriteLine(
            report.Rows.IsEmpty
                ? "All data was in PostgreSQL already; the move is now recorded and the folder marked."
                : $"Moved {report.Rows.Values.Sum()} rows, each compared with its source."
        );
        Console.WriteLine("Start the server with the same --data and the Postgres__ variables that were set for this.");
        Console.WriteLine("The SQLite files of the folder are as they were, and no server opens them any more: keep");
        Console.WriteLine("them as a backup, then delete palisade.db* and search.db*.");
        return 0;
    }
}
