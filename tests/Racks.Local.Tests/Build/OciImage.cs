using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Racks.Local.Tests.Build;

/// <summary>An image of one layer as an OCI layout, right or wrong.</summary>
internal static class OciImage
{
    /// <summary>Index, manifest, configuration, layer: so that a test can leave some out.</summary>
    /// <param name="layer">As it is in the layout.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="gzip">Whether the manifest says that the layer is compressed.</param>
    public static (string Name, byte[] Content)[] Parts(byte[] layer, byte[] config, bool gzip = false)
    {
        var manifest = Encoding.UTF8.GetBytes(
            $$"""
            {
              "schemaVersion": 2,
              "config": {{Described("config.v1+json", config)}},
              "layers": [{{Described(gzip ? "layer.v1.tar+gzip" : "layer.v1.tar", layer)}}]
            }
            """
        );
        var index = Encoding.UTF8.GetBytes($$"""{"manifests": [{{Described("manifest.v1+json", manifest)}}]}""");
        return
        [
            ("index.json", index),
            ($"blobs/sha256/{Digest(manifest)}", manifest),
            ($"blobs/sha256/{Digest(config)}", config),
            ($"blobs/sha256/{Digest(layer)}", layer),
        ];
    }

    public static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static byte[] Tarred((string Name, byte[] Content)[] entries, params TarEntry[] more) =>
        RawTar.Of([
            .. entries.Select(e => new PaxTarEntry(TarEntryType.RegularFile, e.Name)
            {
                DataStream = new MemoryStream(e.Content),
            }),
            .. more,
        ]);

    private static string Described(string type, byte[] content) =>
        $$"""
            {
              "mediaType": "application/vnd.oci.image.{{type}}",
              "digest": "sha256:{{Digest(content)}}",
              "size": {{content.Length}}
            }
            """;
}
