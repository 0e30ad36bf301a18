using System.CommandLine;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Cli.Audit;

/// <summary>
/// <c>palisade audit …</c>: what an outsider needs to check an exported log. No server, no secret, no network.
/// </summary>
internal static class AuditCommands
{
    // sysexits.h: EX_USAGE, EX_DATAERR and EX_NOINPUT.
    private const int UsageError = 64;
    private const int DataError = 65;
    private const int NoInput = 66;

    public static Command Create() => new("audit", "Checks exported audit logs") { Verify() };

    private static Command Verify()
    {
        var bundle = new Argument<string>("bundle") { Description = "The exported file, or - for standard input" };
        var key = new Option<string?>("--key")
        {
            Description = "The log's verifier key, got from elsewhere: the key itself or a file with it",
        };
        var since = new Option<string?>("--since")
        {
            Description = "A file with an earlier checkpoint of the log, that you kept",
        };
        var command = new Command("verify", "Verifies an exported bundle offline") { bundle, key, since };
        command.SetAction(parsed =>
        {
            try
            {
                return Run(
                    parsed.GetRequiredValue(bundle),
                    ReadKey(parsed.GetValue(key)),
                    ReadNote(parsed.GetValue(since))
                );
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(exception.Message);
                return NoInput;
            }
            catch (FormatException exception)
            {
                Console.Error.WriteLine(exception.Message);
                return UsageError;
            }
            catch (InvalidDataException exception)
            {
                Console.Error.WriteLine(exception.Message);
                return DataError;
            }
        });
        return command;
    }

    private static int Run(string path, NoteKey? key, SignedNote? since)
    {
        using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        var report = BundleFile.Verify(stream, new(key, since));
        foreach (var fault in report.Faults)
        {
            Console.Error.WriteLine(
                fault.Index is { } index
                    ? $"FAULT {fault.Code}: record {index}: {fault.Why}"
                    : $"FAULT {fault.Code}: {fault.Why}"
            );
        }

        if (report.FaultCount > report.Faults.Length)
        {
            Console.Error.WriteLine($"... and {report.FaultCount - report.Faults.Length} more.");
        }

        Console.WriteLine($"{report.Records} records of {report.Streams} streams, {report.Erased} with erased bodies.");
        if (report.Checkpoint is { } checkpoint)
        {
            Console.WriteLine(
                $"Log {checkpoint.Origin}, checkpoint of {checkpoint.Size} records, signed by {report.SignedBy?.HexId ?? "nobody"}."
            );
        }

        foreach (var limit in report.Limits)
        {
            Console.WriteLine($"Note: {limit}");
        }

        Console.WriteLine(report.Holds ? "VERIFIED" : $"NOT VERIFIED: {report.FaultCount} faults");
        return report.Holds ? 0 : DataError;
    }

    private static NoteKey? ReadKey(string? given)
    {
        if (given is null)
        {
            return null;
        }

        var text = File.Exists(given) ? File.ReadAllText(given).Trim() : given;
        return NoteKey.TryParse(text, out var key)
            ? key
            : throw new FormatException(
                "--key is no verifier key: it has the form name+id+base64, as the checkpoint's page shows it."
            );
    }

    private static SignedNote? ReadNote(string? path) =>
        path is null ? null
        : SignedNote.TryParse(File.ReadAllText(path), out var note) && Checkpoint.TryParse(note.Text, out _) ? note
        : throw new FormatException($"{path} holds no checkpoint: it must be as it was published, every line of it.");
}
