using System.CommandLine;
using Palisade.Storage.Operating;

namespace Palisade.Cli.Admin;

/// <summary><c>palisade admin verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Checks chains, logs, checkpoints, objects and keys of all that is stored")
        {
            AdminOptions.Data,
            AdminOptions.Keys,
            AdminOptions.Config,
        };
        command.SetAction((parsed, cancellation) => AdminCommands.RunAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var opened = await AdminStore.OpenAsync(parsed, cancellationToken);
        var report = await StoreVerification.RunAsync(opened.Store, cancellationToken);
        foreach (var fault in report.Faults)
        {
            Console.Error.WriteLine($"FAULT {fault}");
        }

        Console.WriteLine(
            $"{report.Streams} streams, {report.Logs} logs, {report.Objects} objects, {report.Keys} data keys; {report.Faults.Length} faults."
        );
        Console.WriteLine(
            "Without a checkpoint from outside this cannot rule out that whole streams or their ends are gone, or that all was rewritten."
        );
        Console.WriteLine(report.Faults.IsEmpty ? "VERIFIED" : "NOT VERIFIED");
        return report.Faults.IsEmpty ? 0 : AdminCommands.DataError;
    }
}
