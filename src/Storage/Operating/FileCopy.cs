namespace Palisade.Storage.Operating;

/// <summary>Copies files whole or not at all, also when it is killed, so that it can be begun again.</summary>
internal static class FileCopy
{
    private const string Draft = ".copying";

    /// <summary>False when it was there already, with as many bytes.</summary>
    public static bool Copy(string from, string to)
    {
        if (File.Exists(to) && new FileInfo(to).Length == new FileInfo(from).Length)
        {
            return false;
        }

        PrivateFiles.CreateFolder(Path.GetDirectoryName(to)!);
        using (
            var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        )
        using (var target = PrivateFiles.Open(to + Draft, FileMode.Create, FileShare.None))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        File.Move(to + Draft, to, overwrite: true);
        return true;
    }

    /// <summary>Copies the files of these names to another folder; gives how many were not there yet.</summary>
    /// <param name="names">Relative to the folders.</param>
    public static int CopyAll(string from, string to, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var (count, folders) = (0, new HashSet<string>(StringComparer.Ordinal) { to });
        PrivateFiles.CreateFolder(to);
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(to, name);
            count += Copy(Path.Combine(from, name), path) ? 1 : 0;
            folders.Add(Path.GetDirectoryName(path)!);
        }

        foreach (var folder in folders)
        {
            PrivateFiles.SyncFolder(folder);
        }

        return count;
    }

    /// <summary>Copies all of a folder that is in use; files that go meanwhile are left out.</summary>
    public static int CopyLive(string from, string to, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(to);
        var count = 0;
        foreach (var name in Names(from))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Copy(Path.Combine(from, name), Path.Combine(to, name));
                count++;
            }
            catch (FileNotFoundException)
            {
                // A log segment that was dropped by age or size after it was listed.
            }
        }

        return count;
    }

    /// <summary>
    /// Names of all files below a folder, relative to it, but for those of who holds it and of copies that broke off.
    /// </summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path))
                .Where(name => !StoreLock.IsOwn(name) && !name.EndsWith(Draft, StringComparison.Ordinal))
            : [];
}
