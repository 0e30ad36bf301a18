using Microsoft.Extensions.Logging;
using Palisade.Storage.Moving;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Brings a backup back into a folder without data, voids credentials and declares the fork in every log (S06).
/// </summary>
internal static class StoreRestore
{
    public static async Task RunAsync(
        string backup,
        string dataDirectory,
        RestoreOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var note = BackupNote.Read(backup);
        if (!File.Exists(Path.Combine(backup, "palisade.db")))
        {
            throw new StoreUnusableException(
                $"{backup} is a backup of a PostgreSQL database. Name the one to restore it into with Postgres__ConnectionString."
            );
        }

        var (from, to) = (
            new SqliteStoreOptions { DataDirectory = backup },
            new SqliteStoreOptions { DataDirectory = dataDirectory, KeysDirectory = options.KeysDirectory }
        );
        if (File.Exists(to.DatabasePath) && !RestoreMark.IsIn(dataDirectory))
        {
            throw new StoreUnusableException(
                $"There is data in {dataDirectory}; a backup is restored into a folder without."
            );
        }

        if (!Keys.MasterKeyRing.Exists(to.KeysPath))
        {
            throw new StoreUnusableException(
                $"Put the master key ring that the backup was written with into {to.KeysPath} first."
            );
        }

        PrivateFiles.CloseFolder(dataDirectory);
        // SECURITY: neither a server nor another restore meets a folder that is half restored.
        using var held = StoreLock.Take(dataDirectory);
        if (!RestoreMark.IsIn(dataDirectory))
        {
            MovedMark.Refuse(dataDirectory);
            RestoreOptions.RefuseFilled(to.ObjectsPath, to.LogsPath);
        }

        RestoreMark.Put(dataDirectory);
        foreach (var left in Directory.GetFiles(dataDirectory, $"{Path.GetFileName(to.DatabasePath)}*"))
        {
            File.Delete(left);
        }

        FileCopy.CopyLive(from.LogsPath, to.LogsPath, cancellationToken);
        FileCopy.CopyLive(from.ObjectsPath, to.ObjectsPath, cancellationToken);

        // The database last, and under its name only when whole.
        FileCopy.Copy(from.DatabasePath, to.DatabasePath);
        PrivateFiles.SyncFolder(dataDirectory);

        await using var store = SqliteStore.OpenHeld(to, held, clock, loggers);
        await store.DeclareForkAsync(note, options, cancellationToken);
        RestoreMark.Remove(dataDirectory);
    }
}
