using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Access;
using Palisade.Storage.Keys;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Cli.Admin;

/// <summary><c>palisade admin key …</c>: the master key ring.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> File = new("file") { Description = "The file of the sealed copy" };

    public static Command Create() => new("key", "Works on the master key") { Export(), Import(), Rotate() };

    private static Command Export() =>
        Command("export", "Writes a copy of the master key, sealed by a passphrase", ExportAsync, true);

    private static Command Import() =>
        Command("import", "Puts a copy back where there is no master key", ImportAsync, true);

    private static Command Rotate() =>
        Command("rotate", "Wraps all data keys by a new master key; no server may run", RotateAsync, false);

    private static Command Command(
        string name,
        string description,
        Func<ParseResult, CancellationToken, Task<int>> run,
        bool ofFile
    )
    {
        var command = new Command(name, description) { AdminOptions.Data, AdminOptions.Keys, AdminOptions.Config };
        if (ofFile)
        {
            command.Add(File);
            command.Add(Passphrase.File);
        }

        command.SetAction((parsed, cancellation) => AdminCommands.RunAsync(() => run(parsed, cancellation)));
        return command;
    }

    private static async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(File));
        // Opening it proves that the ring is the one of the data.
        await using var opened = await AdminStore.OpenAsync(parsed, cancellationToken);
        var ring = MasterKeyRing.Load(AdminOptions.KeysOf(parsed));
        var passphrase = Passphrase.Read(parsed, twice: true);
        MasterKeyExport.Check(passphrase);
        await opened.RecordAsync(Operations.MasterKeyExport, cancellationToken, ("key", ring.CurrentId));
        MasterKeyExport.Write(path, ring, passphrase);
        Console.WriteLine($"The master key {ring.CurrentId} is in {path}, sealed by the passphrase.");
        return 0;
    }

    private static Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = AdminOptions.KeysOf(parsed);
        var ring = MasterKeyExport.Import(parsed.GetRequiredValue(File), folder, Passphrase.Read(parsed, twice: false));
        Console.WriteLine($"The master key {ring.CurrentId} is in {folder}.");
        return Task.FromResult(0);
    }

    private static async Task<int> RotateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = AdminOptions.FindPostgres(parsed) is { } postgres
            ? await PostgresKeyRotation.RunAsync(
                postgres,
                Environment.UserName,
                NullLoggerFactory.Instance,
                Console.WriteLine,
                cancellationToken
            )
            : await SqliteKeyRotation.RunAsync(
                AdminOptions.ExistingFolder(parsed),
                Environment.UserName,
                NullLoggerFactory.Instance,
                Console.WriteLine,
                cancellationToken
            );
        Console.WriteLine($"Rotated: {count} data keys are wrapped by the new master key only.");
        Console.WriteLine("Backups from before still need the old one: keep an export of it as long as you keep them,");
        Console.WriteLine(
            "and make a backup and an export now. Nodes with a keys folder of their own need the new ring."
        );
        return 0;
    }
}
