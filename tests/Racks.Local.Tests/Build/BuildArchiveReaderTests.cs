using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class BuildArchiveReaderTests
{
    private const string Build = "BABCDEFGHIJ";

    private static readonly byte[] Head = new BuildArchiveHead(Build, "the first", "abc", "services: {}").Write();

    [Fact]
    public async Task A_whole_archive_is_read_with_its_blobs()
    {
        var folder = Directory.CreateTempSubdirectory("archive").FullName;
        var image = Image("layer one");

        var archive = (await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", image.Tar)]), folder)).Value;

        Assert.Equal(new BuildArchiveHead(Build, "the first", "abc", "services: {}"), archive.Head);
        var web = Assert.Single(archive.Images);
        Assert.Equal("web", web.Key);
        var (digest, compressed) = Assert.Single(web.Value.Layers);
        Assert.False(compressed);
        Assert.Equal("layer one", await File.ReadAllTextAsync(Path.Combine(folder, "web", digest)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_or_changed_anywhere_is_damaged()
    {
        var whole = Packed([("build.json", Head), ($"web.{Build}.tar", Image(new string('x', 5_000)).Tar)]);

        foreach (var at in Enumerable.Range(0, 60).Select(i => whole.Length * i / 61))
        {
            Assert.Equal("build.archive", (await ReadAsync(whole[..at])).Problem?.Code);
            var changed = whole.ToArray();
            changed[at] ^= 0x55;
            var read = await ReadAsync(changed);
            // A byte of no meaning, such as a time, may be another one.
            Assert.True(read.Ok || read.Problem.Code == "build.archive", $"{at}: {read.Problem?.Text}");
            if (read.Ok)
            {
                Assert.Equal(["web"], read.Value.Images.Keys);
            }
        }
    }

    [Theory]
    [InlineData("convox.yml", "does not begin with build.json")]
    [InlineData("build.json", "names no build")]
    public async Task What_is_no_exported_build_is_refused(string first, string why)
    {
        var read = await ReadAsync(Packed([(first, "{}"u8.ToArray())]));

        Assert.Equal("build.archive", read.Problem?.Code);
        Assert.Contains(why, read.Problem?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../web.BABCDEFGHIJ.tar")]
    [InlineData("web.BZZZZZZZZZZ.tar")]
    [InlineData("/web.BABCDEFGHIJ.tar")]
    [InlineData("Web.BABCDEFGHIJ.tar")]
    [InlineData("other")]
    public async Task What_does_not_belong_to_the_build_is_refused(string name)
    {
        var read = await ReadAsync(Packed([("build.json", Head), (name, Image("x").Tar)]));

        Assert.Contains("does not belong to it", read.Problem?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blobs/sha256/../../../etc/passwd")]
    [InlineData("manifest.json")]
    [InlineData("blobs/sha256/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_part_that_is_not_what_it_is_named_by_is_refused(string name)
    {
        var image = Tarred([.. Image("x").Parts, (name, "evil"u8.ToArray())]);

        var read = await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", image)]));

        Assert.Contains("is not part of an OCI image", read.Problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_one_of_its_parts_is_refused()
    {
        var (parts, _) = Image("x");
        foreach (var part in parts)
        {
            var image = Tarred([.. parts.Where(p => p != part)]);

            var read = await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", image)]));

            Assert.Contains("is not one whole OCI image", read.Problem?.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S08_an_archive_that_holds_too_much_is_refused()
    {
        var large = Packed([("build.json", Head), ($"web.{Build}.tar", Image(new string('x', 2 << 20)).Tar)]);

        Assert.True((await ReadAsync(large)).Ok);
        Assert.Equal("build.archive_too_large", (await ReadAsync(large, most: 1 << 20)).Problem?.Code);
    }

    private static async Task<Result<BuildArchive>> ReadAsync(
        byte[] archive,
        string? folder = null,
        long most = 8 << 20
    ) => await new BuildArchiveReader(most).ReadAsync(new MemoryStream(archive), folder, default);

    /// <summary>A layout of one layer; its parts, so that a test can leave some out.</summary>
    private static ((string Name, byte[] Content)[] Parts, byte[] Tar) Image(string layer)
    {
        var content = Encoding.UTF8.GetBytes(layer);
        var config = "{}"u8.ToArray();
        var manifest = Encoding.UTF8.GetBytes(
            $$"""
            {
              "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:{{Digest(
                config
            )}}"},
              "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:{{Digest(
                content
            )}}"}]
            }
            """
        );
        var index = Encoding.UTF8.GetBytes(
            $$"""
            {"manifests": [
              {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:{{Digest(manifest)}}"}
            ]}
            """
        );
        (string, byte[])[] parts =
        [
            ("index.json", index),
            ($"blobs/sha256/{Digest(manifest)}", manifest),
            ($"blobs/sha256/{Digest(config)}", config),
            ($"blobs/sha256/{Digest(content)}", content),
        ];
        return (parts, Tarred(parts));
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Packed((string Name, byte[] Content)[] entries)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Tarred(entries));
        }

        return packed.ToArray();
    }

    private static byte[] Tarred((string Name, byte[] Content)[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                writer.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }
                );
            }
        }

        return tar.ToArray();
    }
}
