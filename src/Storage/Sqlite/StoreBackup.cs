using System.Text.Json;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Sqlite;

/// <summary>What <c>BACKUP.json</c> says. It is written last: a folder without it is no complete backup.</summary>
/// <param name="Id">Random; the restored installation's log names it.</param>
/// <param name="MasterKey">Where the key is: never in here (S05).</param>
public sealed record BackupNote(string Id, DateTimeOffset Taken, int Objects, int LogFiles, string MasterKey)
{
    public const string FileName = "BACKUP.json";
    public const string NotIncluded =
        "NOT INCLUDED: keep keys/master.json elsewhere; without it nothing sealed in this backup can be read";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal void Write(string folder)
    {
        using var file = PrivateFiles.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Throws <see cref="StoreUnusableException"/> when the folder is no complete backup.</summary>
    public static BackupNote Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && JsonSerializer.Deserialize<BackupNote>(File.ReadAllBytes(path), Json) is { } note
            ? note
            : throw new StoreUnusableException($"{folder} holds no complete backup: {FileName} is missing.");
    }
}

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
        PrivateFiles.CloseFolder(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new StoreUnusableException($"The backup folder {folder} is not empty.");
        }

        var target = new SqliteStoreOptions { DataDirectory = folder };
        using var hold = objects.Hold();
        await logs.FlushAllAsync(cancellationToken);
        var logFiles = CopyTree(options.LogsPath, target.LogsPath, cancellationToken);
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
            Copy(objects.PathOf(name), Path.Combine(target.ObjectsPath, ObjectFolder.RelativePath(name)));
        }

        (note with { Objects = files.Count, LogFiles = logFiles }).Write(folder);
        PrivateFiles.SyncFolder(folder);
    }

    /// <summary>Copies a folder; files that go meanwhile are left out.</summary>
    public static int CopyTree(string from, string to, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(to);
        var count = 0;
        foreach (
            var path in Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories) : []
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Copy(path, Path.Combine(to, Path.GetRelativePath(from, path)));
                count++;
            }
            catch (FileNotFoundException)
            {
                // A log segment that was dropped by age or size after it was listed.
            }
        }

        return count;
    }

    public static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        PrivateFiles.CreateFolder(Path.GetDirectoryName(to)!);
        using var target = PrivateFiles.Create(to);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }
}
