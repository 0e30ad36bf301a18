using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// An image of an archive as the engine is to load it: under our name and labels, whatever the archive says of them.
/// </summary>
/// <param name="image">What the archive holds.</param>
/// <param name="blobs">The folder of its blobs, named by their digests.</param>
internal sealed class ImageLayout(BuildArchiveImage image, string blobs)
{
    private const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Least that a file takes on the disk, an empty one too: its inode and its name.</summary>
    private const int FileBytes = 4096;

    /// <summary>Files of all layers together. Default 500,000.</summary>
    public int MaxEntries { get; init; } = 500_000;

    /// <summary>
    /// Whether there is room for its layers unpacked, and each is what it is said to be. Problems:
    /// <c>build.archive</c>, the given one.
    /// </summary>
    public async Task<Result<Done>> CheckAsync(long room, Problem tooLarge, CancellationToken cancellationToken)
    {
        var (before, entries) = (0L, 0);
        try
        {
            foreach (var (digest, compressed) in image.Layers)
            {
                var file = File.OpenRead(Path.Combine(blobs, digest));
                await using var plain = new CountingStream(
                    compressed ? new GZipStream(file, CompressionMode.Decompress) : file,
                    count => ArchiveFault.Refuse(before + count + (long)entries * FileBytes > room, tooLarge)
                );
                await using var tar = new BoundedTarReader(plain);
                while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is not null)
                {
                    ArchiveFault.Refuse(++entries > MaxEntries, BuildArchive.Damaged("an image has too many files"));
                }

                // The engine reads on behind the end of the tar.
                await plain.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                before += plain.Count;
            }

            return Result.Done;
        }
        catch (Exception e)
            when (ArchiveFault.Of(e, BuildArchive.Damaged("a layer of an image is not what it says")) is { } problem)
        {
            return Result.Fail<Done>(problem);
        }
    }

    /// <summary>Writes it as a tar.</summary>
    public async Task WriteAsync(
        Stream output,
        string name,
        ImmutableDictionary<string, string> labels,
        CancellationToken cancellationToken
    )
    {
        var config = Config(labels);
        var parsed = JsonNode.Parse(image.Manifest.Span)!.AsObject();
        var manifest = Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = ImageManifest,
                ["config"] = Descriptor((string)parsed["config"]!["mediaType"]!, config),
                ["layers"] = new JsonArray([.. parsed["layers"]!.AsArray().Select(Plain)]),
            }
        );
        var described = Descriptor(ImageManifest, manifest);
        described["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        var index = Bytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(described) });

        await using var tar = new TarWriter(output, leaveOpen: true);
        await PutAsync("oci-layout", new MemoryStream("""{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()));
        await PutAsync("index.json", new MemoryStream(index));
        await PutAsync($"blobs/sha256/{Digest(manifest)}", new MemoryStream(manifest));
        await PutAsync($"blobs/sha256/{Digest(config)}", new MemoryStream(config));
        foreach (var digest in image.Layers.Select(l => l.Digest).Distinct())
        {
            await using var layer = File.OpenRead(Path.Combine(blobs, digest));
            await PutAsync($"blobs/sha256/{digest}", layer);
        }

        Task PutAsync(string path, Stream data) =>
            tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = data },
                cancellationToken
            );
    }

    private byte[] Config(ImmutableDictionary<string, string> labels)
    {
        var config = JsonNode.Parse(image.Config.Span)!.AsObject();
        if (config["config"] is not JsonObject inner)
        {
            config["config"] = inner = [];
        }

        // What a build on it would run; our own builds refuse it too.
        inner.Remove("OnBuild");
        var kept = (inner["Labels"] as JsonObject ?? []).Where(l =>
            !l.Key.StartsWith("palisade.", StringComparison.OrdinalIgnoreCase)
        );
        // SECURITY (S18): labels of images become labels of containers, and ours decide whose they are.
        inner["Labels"] = new JsonObject([
            .. kept.Select(l => KeyValuePair.Create(l.Key, l.Value?.DeepClone())),
            .. labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)),
        ]);
        return Bytes(config);
    }

    /// <summary>Without addresses and annotations.</summary>
    private static JsonNode Plain(JsonNode? layer) =>
        new JsonObject
        {
            ["mediaType"] = layer!["mediaType"]!.DeepClone(),
            ["digest"] = layer["digest"]!.DeepClone(),
            ["size"] = layer["size"]?.DeepClone(),
        };

    private static JsonObject Descriptor(string mediaType, byte[] content) =>
        new()
        {
            ["mediaType"] = mediaType,
            ["digest"] = $"sha256:{Digest(content)}",
            ["size"] = content.Length,
        };

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
