using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>One image of an archive: an OCI image layout as a tar.</summary>
/// <param name="folder">Where its blobs go, null for nowhere.</param>
internal sealed partial class BuildArchiveBlobs(string? folder)
{
    private const string Index = "index.json";
    private const string Layout = "oci-layout";
    private const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string ImageConfig = "application/vnd.oci.image.config.v1+json";
    private const string Layer = "application/vnd.oci.image.layer.v1.tar";
    private const int MaxEntries = 1_000;

    /// <summary>What may be a manifest or a configuration is kept; layers are mostly larger.</summary>
    private const int MaxKept = 1 << 20;
    private const int MaxKeptTogether = 32 << 20;

    private readonly Dictionary<string, byte[]> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _blobs = new(StringComparer.Ordinal);
    private int _together;

    public async Task<Result<Done>> ReadAsync(Stream tar, CancellationToken cancellationToken)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
        }

        await using var reader = new BoundedTarReader(tar);
        for (var entries = 0; await reader.NextAsync(cancellationToken) is { } entry; entries++)
        {
            if (entries == MaxEntries)
            {
                return BuildArchive.Damaged("an image has too many parts");
            }

            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (entry.EntryType == TarEntryType.Directory || name == Layout)
            {
                continue;
            }

            var data = entry.DataStream ?? Stream.Null;
            if (name == Index && entry.Length <= MaxKept)
            {
                _kept[Index] = await ReadAsync(data, (int)entry.Length, cancellationToken);
            }
            else if (
                entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                || !BlobName().IsMatch(name)
                || !await BlobAsync(name[(name.LastIndexOf('/') + 1)..], data, entry.Length, cancellationToken)
            )
            {
                return BuildArchive.Damaged($"{Printable.Of(name)} is not part of an OCI image, or not as it was made");
            }
        }

        return Result.Done;
    }

    /// <summary>What its index leads to.</summary>
    public Result<BuildArchiveImage> Image(string service)
    {
        try
        {
            if (
                _kept.TryGetValue(Index, out var index)
                && ArchiveJson.Parse(index)?["manifests"] is JsonArray { Count: 1 } manifests
                && Find(manifests[0], ImageManifest) is { } manifest
                && ArchiveJson.Parse(manifest) is { } parsed
                && Find(parsed["config"], ImageConfig) is { } config
                && ArchiveJson.Parse(config) is not null
                && parsed["layers"] is JsonArray layers
            )
            {
                var found = layers.Select(LayerOf).ToImmutableArray();
                if (found.All(l => _blobs.Contains(l.Digest)))
                {
                    return new BuildArchiveImage(manifest, config, found);
                }
            }
        }
        catch (Exception e)
            when (ArchiveFault.Of(e, BuildArchive.Damaged($"the image of {service} can't be read")) is { } problem)
        {
            return Result.Fail<BuildArchiveImage>(problem);
        }

        return BuildArchive.Damaged($"the image of {service} is not one whole OCI image");
    }

    private static (string Digest, bool Compressed) LayerOf(JsonNode? layer) =>
        (string?)layer?["mediaType"] switch
        {
            Layer => (Hex(layer), false),
            Layer + "+gzip" => (Hex(layer), true),
            _ => ("", false),
        };

    private static string Hex(JsonNode? descriptor) =>
        (string?)descriptor?["digest"] is { } digest && digest.StartsWith("sha256:", StringComparison.Ordinal)
            ? digest["sha256:".Length..]
            : "";

    private byte[]? Find(JsonNode? descriptor, string mediaType) =>
        (string?)descriptor?["mediaType"] == mediaType ? _kept.GetValueOrDefault(Hex(descriptor)) : null;

    /// <summary>False when its bytes are not those that it is named by.</summary>
    private async Task<bool> BlobAsync(string digest, Stream data, long length, CancellationToken cancellationToken)
    {
        if (!_blobs.Add(digest))
        {
            return false;
        }

        if (length <= MaxKept && _together + length <= MaxKeptTogether)
        {
            var bytes = await ReadAsync(data, (int)length, cancellationToken);
            _kept[digest] = bytes;
            _together += bytes.Length;
            data = new MemoryStream(bytes);
        }

        await using var file = folder is null
            ? Stream.Null
            : new FileStream(Path.Combine(folder, digest), FileMode.CreateNew, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == digest;
    }

    private static async Task<byte[]> ReadAsync(Stream data, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        await data.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    [GeneratedRegex("^blobs/sha256/[0-9a-f]{64}$")]
    private static partial Regex BlobName();
}
