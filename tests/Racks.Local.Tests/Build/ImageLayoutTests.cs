using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Racks.Local.Build;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class ImageLayoutTests : IDisposable
{
    private const string Layer = "aaaa";

    private readonly string _blobs = Directory.CreateTempSubdirectory("layout").FullName;

    [Fact]
    public async Task S18_an_imported_image_has_our_name_and_labels_whatever_its_archive_says()
    {
        var config = """
            {"config": {
              "Labels": {"palisade.app-id": "another", "PALISADE.x": "y", "kept": "yes"},
              "OnBuild": ["RUN evil"],
              "Cmd": ["/web"]
            }}
            """;
        var manifest = $$"""
            {
              "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:old"},
              "layers": [{
                "mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": "sha256:{{Layer}}",
                "size": 5,
                "urls": ["https://elsewhere.example/layer"]
              }],
              "annotations": {"org.opencontainers.image.ref.name": "palisade/another-web:b1"}
            }
            """;
        await File.WriteAllTextAsync(Path.Combine(_blobs, Layer), "layer");
        var tar = new MemoryStream();

        await Of(manifest, config)
            .WriteAsync(
                tar,
                "palisade/mine-web:b2",
                ImmutableDictionary<string, string>.Empty.Add("palisade.app-id", "mine"),
                default
            );

        var written = await ReadAsync(tar);
        var described = JsonNode.Parse(written["index.json"])!["manifests"]!.AsArray().Single()!;
        Assert.Equal("palisade/mine-web:b2", (string?)described["annotations"]!["org.opencontainers.image.ref.name"]);
        var parsed = JsonNode.Parse(Blob(described))!;
        Assert.Equal(["schemaVersion", "mediaType", "config", "layers"], parsed.AsObject().Select(p => p.Key));
        var layer = parsed["layers"]!.AsArray().Single()!;
        Assert.Equal(["mediaType", "digest", "size"], layer.AsObject().Select(p => p.Key));
        Assert.Equal("layer", Blob(layer));
        var inner = JsonNode.Parse(Blob(parsed["config"]!))!["config"]!;
        Assert.Equal("""{"kept":"yes","palisade.app-id":"mine"}""", inner["Labels"]!.ToJsonString());
        Assert.Null(inner["OnBuild"]);
        Assert.Equal("""["/web"]""", inner["Cmd"]!.ToJsonString());

        string Blob(JsonNode descriptor) =>
            written["blobs/sha256/" + ((string)descriptor["digest"]!)["sha256:".Length..]];
    }

    [Fact]
    public async Task S08_counting_what_layers_unpack_to_ends_when_it_is_too_much()
    {
        var packed = new MemoryStream();
        await using (
            var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest)
        )
        {
            await gzip.WriteAsync(new byte[4 << 20]);
        }

        await File.WriteAllBytesAsync(Path.Combine(_blobs, Layer), packed.ToArray());
        var layout = Of("{}", "{}", compressed: true);

        Assert.Equal(4 << 20, await layout.UnpackedAsync(long.MaxValue, default));
        Assert.InRange(await layout.UnpackedAsync(1 << 20, default), (1 << 20) + 1, 2 << 20);
    }

    public void Dispose() => Directory.Delete(_blobs, recursive: true);

    private ImageLayout Of(string manifest, string config, bool compressed = false) =>
        new(
            new BuildArchiveImage(
                Encoding.UTF8.GetBytes(manifest),
                Encoding.UTF8.GetBytes(config),
                [(Layer, compressed)]
            ),
            _blobs
        );

    private static async Task<Dictionary<string, string>> ReadAsync(MemoryStream tar)
    {
        tar.Position = 0;
        await using var reader = new TarReader(tar);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!, Encoding.UTF8);
            entries[entry.Name] = await text.ReadToEndAsync();
        }

        return entries;
    }
}
