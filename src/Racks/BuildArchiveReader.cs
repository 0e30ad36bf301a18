using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>
/// Reads an exported build in one pass. What it gives is whole: each blob has the digest that it is named by, and
/// every blob that an image needs is there. Problems: <c>build.archive</c>, <c>build.archive_too_large</c>.
/// </summary>
/// <param name="maxBytes">What the archive may hold unpacked.</param>
public sealed partial class BuildArchiveReader(long maxBytes)
{
    /// <summary>What a byte of an archive may become unpacked: layers in it are compressed already, or text.</summary>
    public const int Ratio = 20;

    private const int MaxHead = 1 << 20;
    private const int MaxImages = 100;

    private readonly UnpackBounds _bounds = new(maxBytes, Ratio)
    {
        TooLarge = new Exhausted(
            "build.archive_too_large",
            $"the archive holds more than {maxBytes >> 20} MiB unpacked"
        ),
        Bomb = BuildArchive.Damaged("it unpacks to implausibly much"),
    };

    /// <param name="source">The archive.</param>
    /// <param name="folder">
    /// An empty one, for a folder of blobs for each service, named by their digests; null to read only.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Result<BuildArchive>> ReadAsync(
        Stream source,
        string? folder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // SECURITY (S08): all that it unpacks to is counted, whatever its entries say of themselves.
            await using var plain = _bounds.Open(new CountingStream(source, _ => { }));
            await using var tar = new BoundedTarReader(plain);
            if (!(await HeadAsync(tar, cancellationToken)).TryGet(out var head, out var problem))
            {
                return Result.Fail<BuildArchive>(problem);
            }

            var images = ImmutableSortedDictionary.CreateBuilder<string, BuildArchiveImage>(StringComparer.Ordinal);
            while (await tar.NextAsync(cancellationToken) is { } entry)
            {
                var service = entry.Name.Split('.')[0];
                if (
                    entry
                        is not {
                            EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile,
                            DataStream: { } data
                        }
                    || entry.Name != BuildArchive.ImageName(service, head.Id)
                    || !ServiceName().IsMatch(service)
                    || images.ContainsKey(service)
                    || images.Count == MaxImages
                )
                {
                    return BuildArchive.Damaged($"{Printable.Of(entry.Name)} does not belong to it");
                }

                var blobs = new BuildArchiveBlobs(folder is null ? null : Path.Combine(folder, service));
                if (
                    !(await blobs.ReadAsync(data, cancellationToken)).TryGet(out _, out problem)
                    || !blobs.Image(service).TryGet(out var image, out problem)
                )
                {
                    return Result.Fail<BuildArchive>(problem);
                }

                images[service] = image;
            }

            return new BuildArchive(head, images.ToImmutable());
        }
        catch (Exception e) when (ArchiveFault.Of(e, BuildArchive.Damaged("it is cut off or changed")) is { } fault)
        {
            return Result.Fail<BuildArchive>(fault);
        }
    }

    private static async Task<Result<BuildArchiveHead>> HeadAsync(
        BoundedTarReader tar,
        CancellationToken cancellationToken
    )
    {
        if (
            await tar.NextAsync(cancellationToken)
            is not { Name: BuildArchive.HeadName, DataStream: { } data, Length: <= MaxHead } entry
        )
        {
            return BuildArchive.Damaged($"it does not begin with {BuildArchive.HeadName}");
        }

        var json = new byte[entry.Length];
        await data.ReadExactlyAsync(json, cancellationToken);
        return BuildArchiveHead.Read(json);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}$")]
    private static partial Regex ServiceName();
}
