using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;
using Palisade.Storage.Sqlite;

namespace Palisade.Cli.Admin;

/// <summary>
/// <c>palisade admin …</c>: what works on a data folder itself. The folder must not be in use; a running server makes
/// its backups through its own API, since nobody else can open its folder.
/// </summary>
internal static class AdminCommands
{
    // sysexits.h: EX_DATAERR and EX_UNAVAILABLE.
    private const int DataError = 65;
    private const int UnavailableError = 69;

    public static Command Create() =>
        new("admin", "Works on the data folder of a stopped server, or its database")
        {
            Backup(),
            Restore(),
            Verify(),
            MoveCommand.Create(),
        };

    private static Command Backup()
    {
        var folder = new Argument<string>("folder") { Description = "An empty folder for the backup" };
        var command = new Command("backup", "Copies the data, without the master key")
        {
            folder,
            AdminOptions.Data,
            AdminOptions.Keys,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(async () =>
                {
                    await using var store = await OpenAsync(parsed, cancellation);
                    await store.BackupAsync(parsed.GetRequiredValue(folder), cancellation);
                    Console.WriteLine($"Backed up to {parsed.GetRequiredValue(folder)}.");
                    Console.WriteLine(
                        "The master key is NOT in it; keep a copy of it elsewhere, or nothing sealed can be read again."
                    );
                    return 0;
                })
        );
        return command;
    }

    private static Command Restore()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of the backup" };
        var keep = new Option<bool>("--keep-credentials") { Description = "Keeps sessions, tokens and invites valid" };
        var command = new Command("restore", "Brings a backup back into a folder without data")
        {
            folder,
            keep,
            AdminOptions.Data,
            AdminOptions.Keys,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(async () =>
                {
                    var kept = parsed.GetValue(keep);
                    await SqliteStore.RestoreAsync(
                        parsed.GetRequiredValue(folder),
                        parsed.GetRequiredValue(AdminOptions.Data),
                        new()
                        {
                            KeysDirectory = parsed.GetValue(AdminOptions.Keys),
                            KeepCredentials = kept,
                            Operator = Environment.UserName,
                        },
                        TimeProvider.System,
                        NullLoggerFactory.Instance,
                        cancellation
                    );
                    Console.WriteLine(
                        $"Restored to {parsed.GetRequiredValue(AdminOptions.Data)}; the fork is in the installation's log."
                    );
                    Console.WriteLine(
                        kept
                            ? "Sessions, tokens and invites were kept."
                            : "All sessions, tokens and invites were revoked."
                    );
                    return 0;
                })
        );
        return command;
    }

    private static Command Verify()
    {
        var command = new Command("verify", "Checks the hash chains of all streams and the logs over them")
        {
            AdminOptions.Data,
            AdminOptions.Keys,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(async () =>
                {
                    await using var store = await OpenAsync(parsed, cancellation);
                    var (streams, faults) = await store.VerifyAllAsync(cancellation);
                    foreach (var fault in faults)
                    {
                        Console.Error.WriteLine($"{fault.Stream} entry {fault.Seq}: {fault.Why}");
                    }

                    var logs = await store.Audit.VerifyAsync(cancellation);
                    foreach (var fault in logs)
                    {
                        Console.Error.WriteLine($"log of '{fault.Org}' from {fault.Index} on: {fault.Why}");
                    }

                    Console.WriteLine($"{streams} streams, {faults.Length} with faults; {logs.Length} faults of logs.");
                    Console.WriteLine(
                        "Without a checkpoint from outside this cannot rule out that whole streams or their ends are gone, or that all was rewritten."
                    );
                    return faults.IsEmpty && logs.IsEmpty ? 0 : DataError;
                })
        );
        return command;
    }

    private static Task<SqliteStore> OpenAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var data = parsed.GetRequiredValue(AdminOptions.Data);

        // Opening makes a store where there is none; for these commands that would hide a mistyped folder.
        return File.Exists(Path.Combine(data, "palisade.db"))
            ? SqliteStore.OpenAsync(
                new() { DataDirectory = data, KeysDirectory = parsed.GetValue(AdminOptions.Keys) },
                TimeProvider.System,
                NullLoggerFactory.Instance,
                cancellation
            )
            : throw new StoreUnusableException($"There is no data in {data}.");
    }

    /// <summary>Runs a command; what it can't do is said, with an exit code of sysexits.h.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception)
            when (exception is StoreUnusableException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return UnavailableError;
        }
        catch (NpgsqlException exception)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL can't be used: {exception.Message}");
            return UnavailableError;
        }
        catch (InvalidDataException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return DataError;
        }
    }
}
