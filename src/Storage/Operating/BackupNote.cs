using System.Security.Cryptography;
using System.Text.Json;

namespace Palisade.Storage.Operating;

/// <summary>What <c>BACKUP.json</c> says. It is written last: a folder without it is no complete backup.</summary>
/// <param name="Id">Random; the restored installation's log names it.</param>
/// <param name="MasterKey">Where the key is: never in here (S05).</param>
public sealed record BackupNote(string Id, DateTimeOffset Taken, int Objects, int LogFiles, string MasterKey)
{
    public const string FileName = "BACKUP.json";
    public const string NotIncluded =
        "NOT INCLUDED: keep keys/master.json elsewhere; without it nothing sealed in this backup can be read";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes the folder, or takes an empty one.</summary>
    internal static void Begin(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new StoreUnusableException($"The backup folder {folder} is not empty; name a new one.");
        }

        PrivateFiles.CloseFolder(folder);
    }

    internal static BackupNote New(TimeProvider clock) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), StoreTime.Now(clock), 0, 0, NotIncluded);

    internal void Write(string folder)
    {
        using (var file = PrivateFiles.Create(Path.Combine(folder, FileName)))
        {
            JsonSerializer.Serialize(file, this, Json);
            file.Flush(flushToDisk: true);
        }

        PrivateFiles.SyncFolder(folder);
    }

    /// <summary>Throws <see cref="StoreUnusableException"/> when the folder is no complete backup.</summary>
    public static BackupNote Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return
                File.Exists(path)
                && JsonSerializer.Deserialize<BackupNote>(File.ReadAllBytes(path), Json) is { Id: not null } note
                ? note
                : throw new StoreUnusableException($"{folder} holds no complete backup: {FileName} is missing.");
        }
        catch (JsonException)
        {
            throw new StoreUnusableException($"{folder} holds no complete backup: {FileName} can't be read.");
        }
    }
}
