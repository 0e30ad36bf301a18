using System.Formats.Tar;
using Palisade.Domain.Kernel;
using static Palisade.Racks.ArchiveFault;

namespace Palisade.Racks.Local.Build;

/// <summary>Making an entry's place in the tree, through no link.</summary>
public sealed partial class ArchiveExtractor
{
    private static void MakeLink(string path, IReadOnlyList<string> parts, TarEntry entry)
    {
        var target = entry.LinkName;
        Refuse(
            target.Length == 0 || target.StartsWith('/') || target.Any(char.IsControl) || Depth(parts, target) < 0,
            new Invalid("source.link", $"The link {SafeTree.Shown(entry.Name)} points out of the source folder.")
        );
        File.CreateSymbolicLink(path, target);
    }

    // How far below the root the target's letters stay at their lowest; negative is outside.
    private static int Depth(IReadOnlyList<string> parts, string target)
    {
        var (depth, lowest) = (parts.Count - 1, int.MaxValue);
        foreach (var part in target.Split('/').Where(p => p is not ("" or ".")))
        {
            depth += part == ".." ? -1 : 1;
            lowest = Math.Min(lowest, depth);
        }

        return lowest;
    }

    private void CopyLinked(string folder, string path, TarEntry entry, long unpacked)
    {
        var target = Require(SafeTree.Parts(entry.LinkName, limits.MaxPathBytes));
        var source = new FileInfo(Path.Combine([folder, .. target]));
        MakeParents(folder, target, entry.LinkName);
        Refuse(
            !source.Exists || source.LinkTarget is not null,
            new Invalid("source.link", $"The hard link {SafeTree.Shown(entry.Name)} points to nothing in the archive.")
        );
        Refuse((_copied += source.Length) + unpacked > limits.MaxUnpackedBytes, TooLarge);
        source.CopyTo(path);
    }

    private long _copied;

    /// <summary>Makes the folders above an entry; one that is a link is refused, wherever it points.</summary>
    private static void MakeParents(string folder, IReadOnlyList<string> parts, string name)
    {
        for (var i = 1; i < parts.Count; i++)
        {
            var parent = new DirectoryInfo(Path.Combine([folder, .. parts.Take(i)]));
            Refuse(
                parent.LinkTarget is not null,
                new Invalid("source.traversal", $"The path {SafeTree.Shown(name)} leads through a link.")
            );
            MakeDirectory(parent.FullName, name);
        }
    }

    private static void MakeDirectory(string path, string name)
    {
        var file = new FileInfo(path);
        Refuse(
            file.LinkTarget is not null || file.Exists,
            new Invalid("source.duplicate", $"The path {SafeTree.Shown(name)} is both a file or link and a folder.")
        );
        Directory.CreateDirectory(path);
    }

    /// <summary>Makes room for an entry that the archive repeats: the last one counts, as with tar.</summary>
    private static void Vacate(string path, IReadOnlyList<string> parts, string name)
    {
        var file = new FileInfo(path);
        Refuse(
            parts.Count == 0 || (file.LinkTarget is null && Directory.Exists(path)),
            new Invalid("source.duplicate", $"The path {SafeTree.Shown(name)} is both a file and a folder.")
        );
        if (file.Exists || file.LinkTarget is not null)
        {
            File.Delete(path);
        }
    }

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder, OwnerAll);
    }
}
