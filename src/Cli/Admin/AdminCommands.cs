using System.CommandLine;
using System.Data.Common;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Cli.Admin;

/// <summary>
/// <c>palisade admin …</c>: what works on the data itself. A data folder must not be in use: a running server makes its
/// backups through its own API, since nobody else can open its folder.
/// </summary>
internal static class AdminCommands
{
    // sysexits.h: EX_DATAERR and EX_UNAVAILABLE.
    public const int DataError = 65;
    private const int UnavailableError = 69;

    public static Command Create() =>
        new("admin", "Works on the data folder of a stopped server, or on a PostgreSQL database")
        {
            BackupCommand.Create(),
            RestoreCommand.Create(),
            VerifyCommand.Create(),
            MoveCommand.Create(),
            KeyCommands.Create(),
            MigrateCommand.Create(),
        };

    /// <summary>Runs a command; what it can't do is said, with an exit code of sysexits.h.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (InvalidDataException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return DataError;
        }
        catch (NpgsqlException exception)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL can't be used: {exception.Message}");
            return UnavailableError;
        }
        catch (DbException exception)
        {
            await Console.Error.WriteLineAsync($"The data can't be read: {exception.Message}");
            return DataError;
        }
        catch (ArgumentException exception)
        {
            // Of the connection strings: names the keyword, never its value.
            await Console.Error.WriteLineAsync($"The Postgres__ variables don't hold: {exception.Message}");
            return UnavailableError;
        }
        catch (Exception exception)
            when (exception is StoreUnusableException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return UnavailableError;
        }
    }
}
