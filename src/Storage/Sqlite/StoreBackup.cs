using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Copies a store while it is used. The order makes it consistent without stopping anybody: log files first
/// (append-only: any length of one is a state it had; and their data keys are rows that only grow, so the later
/// database has them), then the database in one snapshot, then the objects that this snapshot refers to (never changed,
/// and kept in place meanwhile).
/// </summary>
internal static class StoreBackup
{
    public static async Task RunAsync(
        string folder,
        SqliteStoreOptions options,
        ReadPool readers,
        ObjectFolder objects,
        FileLogStore logs,
        BackupNote note,
        CancellationToken cancellationToken
    )
    {
        BackupNote.Begin(folder);
        var target = new SqliteStoreOptions { DataDirectory = folder };
        using var hold = objects.Hold();
        await logs.FlushAllAsync(cancellationToken);
        var logFiles = FileCopy.CopyLive(options.LogsPath, target.LogsPath, cancellationToken);
        PrivateFiles.Create(target.DatabasePath).Dispose();
        await readers.ReadLongAsync(
            db =>
            {
                db.BackupTo(target.DatabasePath);
                return true;
            },
            cancellationToken
        );

        HashSet<string> files;
        using (var copy = Connection.OpenReader(target.DatabasePath))
        {
            files = SqliteObjects.Files(copy);
        }

        foreach (var name in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FileCopy.Copy(objects.PathOf(name), Path.Combine(target.ObjectsPath, ObjectFolder.RelativePath(name)));
        }

        (note with { Objects = files.Count, LogFiles = logFiles }).Write(folder);
    }
}
