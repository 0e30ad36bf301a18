using System.Formats.Tar;
using Palisade.Domain.Kernel;
using static Palisade.Racks.ArchiveFault;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Unpacks a gzipped tar that nobody vouches for. Problems: <c>source.too_large</c>, <c>source.bomb</c>,
/// <c>source.too_many_entries</c>, <c>source.traversal</c>, <c>source.link</c>, <c>source.path</c>,
/// <c>source.path_too_long</c>, <c>source.unsupported_entry</c>, <c>source.duplicate</c>, <c>source.corrupt</c>. On a
/// problem the folder is left empty.
/// </summary>
public sealed partial class ArchiveExtractor(ArchiveLimits limits)
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Invalid Corrupt = new(
        "source.corrupt",
        "The source archive is not a gzipped tar, or it is damaged."
    );

    private UnpackBounds Bounds =>
        new(limits.MaxUnpackedBytes, limits.MaxRatio, limits.RatioFloor)
        {
            TooLarge = TooLarge,
            Bomb = new Invalid("source.bomb", "The source archive unpacks to implausibly much."),
        };

    private Exhausted TooLarge =>
        new("source.too_large", $"The source is larger than {limits.MaxUnpackedBytes >> 20} MiB when unpacked.");

    /// <summary>Unpacks into a folder, which is emptied first.</summary>
    public async Task<Result<ExtractedSource>> ExtractAsync(
        Stream archive,
        string folder,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(archive);
        Empty(folder);
        try
        {
            var compressed = new CountingStream(
                archive,
                count =>
                    Refuse(
                        count > limits.MaxCompressedBytes,
                        new Exhausted(
                            "source.too_large",
                            $"The source archive is larger than {limits.MaxCompressedBytes >> 20} MiB."
                        )
                    )
            );
            await using var unpacked = Bounds.Open(compressed);
            var entries = await UnpackAsync(unpacked, folder, cancellationToken).ConfigureAwait(false);
            return new ExtractedSource(folder, entries, unpacked.Count);
        }
        catch (Exception e) when (ArchiveFault.Of(e, Corrupt) is { } problem)
        {
            Empty(folder);
            return Result.Fail<ExtractedSource>(problem);
        }
    }

    private async Task<int> UnpackAsync(CountingStream tar, string folder, CancellationToken cancellationToken)
    {
        await using var reader = new BoundedTarReader(tar);
        var links = new List<IReadOnlyList<string>>();
        var modes = new List<(string Path, UnixFileMode Mode)>();
        var entries = 0;
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            Refuse(
                ++entries > limits.MaxEntries,
                new Exhausted(
                    "source.too_many_entries",
                    $"The source archive has more than {limits.MaxEntries} entries."
                )
            );
            var parts = Require(SafeTree.Parts(entry.Name, limits.MaxPathBytes));
            var path = Path.Combine([folder, .. parts]);
            MakeParents(folder, parts, entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    MakeDirectory(path, entry.Name);
                    modes.Add((path, entry.Mode & Permissions | OwnerAll));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    Vacate(path, parts, entry.Name);
                    await WriteAsync(path, entry, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.SymbolicLink:
                    Vacate(path, parts, entry.Name);
                    MakeLink(path, parts, entry);
                    links.Add(parts);
                    break;
                case TarEntryType.HardLink:
                    Vacate(path, parts, entry.Name);
                    CopyLinked(folder, path, entry, tar.Count);
                    break;
                default:
                    throw new RefusedArchiveException(
                        new Invalid(
                            "source.unsupported_entry",
                            $"The entry {SafeTree.Shown(entry.Name)} is a device, a pipe or of a kind that a source cannot have."
                        )
                    );
            }
        }

        // Links through links can leave the tree although each looks harmless alone: judged when all are there.
        foreach (var link in links)
        {
            Refuse(
                !SafeTree.StaysInside(folder, link),
                new Invalid(
                    "source.link",
                    $"The link {SafeTree.Shown(string.Join('/', link))} points out of the source folder."
                )
            );
        }

        foreach (var (path, mode) in modes)
        {
            File.SetUnixFileMode(path, mode);
        }

        return entries;
    }

    private static async Task WriteAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        // Set-user-id, set-group-id and sticky bits do not survive the mask.
        await using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerAll,
            }
        );
        if (entry.DataStream is { } data)
        {
            await data.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }

        File.SetUnixFileMode(
            file.SafeFileHandle,
            entry.Mode & Permissions | UnixFileMode.UserRead | UnixFileMode.UserWrite
        );
    }

    private static T Require<T>(Result<T> result) =>
        result.TryGet(out var value, out var problem) ? value : throw new RefusedArchiveException(problem);
}
