using System.Formats.Tar;
using System.IO.Compression;

namespace Palisade.Driver.Wire;

/// <summary>
/// Packs a directory as the client does: gzipped tar in memory, relative names, symlinks kept, uid and gid 0.
/// </summary>
public static class SourceArchive
{
    /// <summary>
    /// Packs the folder, leaving out what its root <c>.dockerignore</c> names. Patterns are a name, a path, a prefix
    /// that ends in <c>/</c>, or one <c>*</c> in a segment; <c>!</c> exceptions are not understood.
    /// </summary>
    public static byte[] Pack(string folder)
    {
        var ignored = ReadPatterns(Path.Combine(folder, ".dockerignore"));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            Add(tar, folder, new DirectoryInfo(folder), ignored);
        }

        return packed.ToArray();
    }

    private static void Add(TarWriter tar, string root, DirectoryInfo folder, string[] ignored)
    {
        foreach (var item in folder.EnumerateFileSystemInfos().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, item.FullName);
            if (ignored.Any(pattern => Matches(pattern, name)))
            {
                continue;
            }

            var isLink = item.LinkTarget is not null;
            var entry = new PaxTarEntry(
                isLink ? TarEntryType.SymbolicLink
                    : item is DirectoryInfo ? TarEntryType.Directory
                    : TarEntryType.RegularFile,
                name
            )
            {
                Mode = isLink ? (UnixFileMode)0x1FF : item.UnixFileMode,
                ModificationTime = item.LastWriteTimeUtc,
            };
            if (isLink)
            {
                entry.LinkName = item.LinkTarget!;
            }

            using var content = !isLink && item is FileInfo file ? file.OpenRead() : null;
            if (content is not null)
            {
                entry.DataStream = content;
            }

            tar.WriteEntry(entry);
            if (!isLink && item is DirectoryInfo inner)
            {
                Add(tar, root, inner, ignored);
            }
        }
    }

    private static string[] ReadPatterns(string file) =>
        File.Exists(file)
            ?
            [
                .. File.ReadAllLines(file)
                    .Select(l => l.Trim().TrimStart('/').TrimEnd('/'))
                    .Where(l => l.Length > 0 && l[0] is not ('#' or '!')),
            ]
            : [];

    /// <summary>Segment by segment; <c>**</c> matches any number of leading segments.</summary>
    private static bool Matches(string pattern, string name)
    {
        var segments = name.Split('/');
        if (pattern.StartsWith("**/", StringComparison.Ordinal))
        {
            return Enumerable
                .Range(0, segments.Length)
                .Any(i => Matches(pattern[3..], string.Join('/', segments[i..])));
        }

        var wanted = pattern.Split('/');
        return segments.Length >= wanted.Length
            && wanted
                .Zip(segments)
                .All(p =>
                    System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(p.First, p.Second, ignoreCase: false)
                );
    }
}
