using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Build;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class ImageLayoutTests : IDisposable
{
    private const string Layer = "aaaa";

    private static readonly Exhausted Full = new("rack.disk_full", "no room");

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
    public async Task S08_layers_that_unpack_to_more_than_there_is_room_for_are_refused()
    {
        await LayerAsync(RawTar.Packed(new byte[4 << 20]));

        Assert.True((await CheckAsync(room: 4 << 20)).Ok);
        Assert.Equal(Full, (await CheckAsync(room: 1 << 20)).Problem);
    }

    [Fact]
    public async Task S08_each_file_of_a_layer_takes_room_of_its_own_and_there_are_not_too_many()
    {
        var files = Enumerable.Range(0, 100).Select(i => new UstarTarEntry(TarEntryType.RegularFile, $"f{i}"));
        await LayerAsync(RawTar.Packed(RawTar.Of([.. files])));

        Assert.True((await CheckAsync(room: 500_000)).Ok);
        Assert.Equal(Full, (await CheckAsync(room: 400_000)).Problem);
        Assert.Contains(
            "too many files",
            (await CheckAsync(room: 500_000, entries: 99)).Problem?.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("no gzip")]
    [InlineData("cut off")]
    [InlineData("sparse")]
    [InlineData("sparse as GNU writes it")]
    [InlineData("sparse by an attribute")]
    public async Task S08_a_layer_that_is_not_what_it_says_is_damage(string kind)
    {
        var file = new PaxTarEntry(TarEntryType.RegularFile, "f") { DataStream = new MemoryStream(new byte[5_000]) };
        var tar = kind switch
        {
            "cut off" => RawTar.Of(file)[..3_000],
            "sparse" => RawTar.Of("f", [1], header => RawTar.Spoil(header, kind)),
            "sparse as GNU writes it" => RawTar.Of(
                "f",
                [1],
                header =>
                {
                    RawTar.Spoil(header, "sparse");
                    "ustar  \0"u8.CopyTo(header.AsSpan(257));
                }
            ),
            "sparse by an attribute" => RawTar.Of(
                new PaxTarEntry(
                    TarEntryType.RegularFile,
                    "f",
                    [KeyValuePair.Create("GNU.sparse.realsize", "1099511627776")]
                )
            ),
            _ => RawTar.Of(file),
        };
        await LayerAsync(kind == "no gzip" ? tar : RawTar.Packed(tar));

        Assert.Equal("build.archive", (await CheckAsync(room: 1 << 30)).Problem?.Code);
    }

    public void Dispose() => Directory.Delete(_blobs, recursive: true);

    private Task LayerAsync(byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(_blobs, Layer), bytes);

    private Task<Result<Done>> CheckAsync(long room, int entries = 1_000) =>
        Of("{}", "{}", compressed: true, entries).CheckAsync(room, Full, default);

    private ImageLayout Of(string manifest, string config, bool compressed = false, int entries = 1_000) =>
        new(
            new BuildArchiveImage(
                Encoding.UTF8.GetBytes(manifest),
                Encoding.UTF8.GetBytes(config),
                [(Layer, compressed)]
            ),
            _blobs
        )
        {
            MaxEntries = entries,
        };

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
