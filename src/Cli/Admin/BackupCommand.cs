using System.CommandLine;
using Palisade.Domain.Access;

namespace Palisade.Cli.Admin;

/// <summary><c>palisade admin backup</c>.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "An empty folder for the backup" };

    public static Command Create()
    {
        var command = new Command("backup", "Copies the data, without the master key")
        {
            Folder,
            AdminOptions.Data,
            AdminOptions.Keys,
            AdminOptions.Config,
        };
        command.SetAction((parsed, cancellation) => AdminCommands.RunAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(parsed.GetRequiredValue(Folder));
        await using var opened = await AdminStore.OpenAsync(parsed, cancellationToken);
        await opened.RecordAsync(Operations.BackupCreate, cancellationToken, ("folder", Path.GetFileName(folder)));
        await opened.Store.BackupAsync(folder, cancellationToken);
        Console.WriteLine($"Backed up to {folder}.");
        Console.WriteLine(
            "The master key is NOT in it; keep a copy of it elsewhere, or nothing sealed can be read again."
        );
        if (opened.IsPostgres)
        {
            Console.WriteLine(
                "Logs are in the folder of each node and not in it; a backup that a server writes has its own."
            );
        }

        return 0;
    }
}
