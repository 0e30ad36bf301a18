namespace Palisade.Storage;

/// <summary>Bytes of files in a folder.</summary>
internal static class FolderSize
{
    public static long Of(string folder, string pattern = "*", SearchOption depth = SearchOption.AllDirectories)
    {
        var bytes = 0L;
        foreach (var file in Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(pattern, depth) : [])
        {
            // One that has gone since it was listed has no size.
            bytes += file.Exists ? file.Length : 0;
        }

        return bytes;
    }
}
