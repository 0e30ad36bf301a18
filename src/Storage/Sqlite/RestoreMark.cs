using Palisade.Storage.Operating;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Lies in a data folder while a backup is brought back into it. SECURITY (S06): what opened it before the fork is
/// declared would take the backup's credentials for valid.
/// </summary>
internal static class RestoreMark
{
    private const string Name = "restoring";

    public static bool IsIn(string folder) => File.Exists(PathIn(folder));

    /// <exception cref="StoreUnusableException">A restore into the folder broke off.</exception>
    public static void Refuse(string folder)
    {
        if (IsIn(folder))
        {
            throw new StoreUnusableException(
                $"A restore into {folder} broke off. Run palisade admin restore again with the same backup: it begins anew."
            );
        }
    }

    /// <summary>Durable before anything else of the backup is.</summary>
    public static void Put(string folder)
    {
        PrivateFiles.Open(PathIn(folder), FileMode.OpenOrCreate, FileShare.None).Dispose();
        PrivateFiles.SyncFolder(folder);
    }

    public static void Remove(string folder)
    {
        File.Delete(PathIn(folder));
        PrivateFiles.SyncFolder(folder);
    }

    private static string PathIn(string folder) => Path.Combine(folder, Name);
}
