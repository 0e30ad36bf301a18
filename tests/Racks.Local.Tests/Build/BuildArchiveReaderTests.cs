using System.Formats.Tar;
using System.Text;
using Palisade.Domain.Kernel;
using static Palisade.Racks.Local.Tests.Build.OciImage;

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

    [Fact]
    public async Task S08_what_follows_the_end_of_an_image_counts_too()
    {
        byte[] padded = [.. Image("x").Tar, .. new byte[16 << 20]];
        var archive = Packed([("build.json", Head), ($"web.{Build}.tar", padded)]);

        Assert.True((await ReadAsync(archive, most: 32 << 20)).Ok);
        Assert.Equal("build.archive_too_large", (await ReadAsync(archive, most: 8 << 20)).Problem?.Code);
    }

    [Fact]
    public async Task S08_an_archive_that_unpacks_to_implausibly_much_is_refused()
    {
        byte[] padded = [.. Image("x").Tar, .. new byte[80 << 20]];

        var read = await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", padded)]), most: 1 << 30);

        Assert.Contains("implausibly much", read.Problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S08_an_extended_header_that_would_fill_the_memory_is_refused()
    {
        var image = Image("x");
        var (name, content) = image.Parts[^1];
        foreach (var (bytes, code) in new[] { (1 << 19, null), (2 << 20, "build.archive") })
        {
            var outer = await ReadAsync(
                Packed([("build.json", Head)], RawTar.WithAttribute($"web.{Build}.tar", image.Tar, bytes))
            );
            var inner = await ReadAsync(
                Packed([
                    ("build.json", Head),
                    ($"web.{Build}.tar", Tarred(image.Parts[..^1], RawTar.WithAttribute(name, content, bytes))),
                ])
            );

            Assert.Equal(code, outer.Problem?.Code);
            Assert.Equal(code, inner.Problem?.Code);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("g")]
    [InlineData("L")]
    [InlineData("K")]
    public async Task S08_an_extended_header_is_refused_by_its_declared_size_alone(string type)
    {
        var tar = RawTar.Of(
            "build.json",
            [],
            header =>
            {
                header[156] = (byte)type[0];
                Encoding.ASCII.GetBytes("17777777777").CopyTo(header, 124);
            }
        );
        await using var reader = new BoundedTarReader(new MemoryStream(tar));

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.NextAsync(default));

        Assert.Contains("extended header of 2147483647 bytes", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("build.archive", (await ReadAsync(RawTar.Packed(tar))).Problem?.Code);
    }

    [Theory]
    [MemberData(nameof(RawTar.BadFields), MemberType = typeof(RawTar))]
    public async Task A_header_that_says_nothing_possible_is_damage(string field)
    {
        var image = Image("x");
        var (name, content) = image.Parts[^1];
        var outer = RawTar.Of($"web.{Build}.tar", image.Tar, header => RawTar.Spoil(header, field));
        byte[] inner = [.. Open(Tarred(image.Parts[..^1])), .. RawTar.Of(name, content, h => RawTar.Spoil(h, field))];

        Assert.Equal(
            "build.archive",
            (await ReadAsync(RawTar.Packed([.. Open(Tarred([("build.json", Head)])), .. outer]))).Problem?.Code
        );
        Assert.Equal(
            "build.archive",
            (await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", inner)]))).Problem?.Code
        );
    }

    [Theory]
    [InlineData("""{"config": {}, "config": {}}""")]
    [InlineData("""{"config": {"Labels": {"a": "b", "a": "c"}}}""")]
    [InlineData("""{"config": {"Labels": {"a": "\ud800"}}}""")]
    [InlineData("""["config"]""")]
    public async Task S18_a_configuration_that_two_readers_would_read_differently_is_refused(string config)
    {
        var image = Image("x", config).Tar;

        var read = await ReadAsync(Packed([("build.json", Head), ($"web.{Build}.tar", image)]));

        Assert.Equal("build.archive", read.Problem?.Code);
    }

    [Fact]
    public async Task S18_a_name_twice_in_any_part_is_refused()
    {
        var image = Image("x");
        byte[] head = [.. """{"id": "BAAAAAAAAAA","""u8, .. Head[1..]];
        byte[] index = [.. """{"manifests": [],"""u8, .. image.Parts[0].Content[1..]];

        var byHead = await ReadAsync(Packed([("build.json", head), ($"web.{Build}.tar", image.Tar)]));
        var byIndex = await ReadAsync(
            Packed([("build.json", Head), ($"web.{Build}.tar", Tarred([("index.json", index), .. image.Parts[1..]]))])
        );

        Assert.Contains("build.json can't be read", byHead.Problem?.Message, StringComparison.Ordinal);
        Assert.Contains("the image of web can't be read", byIndex.Problem?.Message, StringComparison.Ordinal);
    }

    private static async Task<Result<BuildArchive>> ReadAsync(
        byte[] archive,
        string? folder = null,
        long most = 8 << 20
    ) => await new BuildArchiveReader(most).ReadAsync(new MemoryStream(archive), folder, default);

    private static ((string Name, byte[] Content)[] Parts, byte[] Tar) Image(string layer, string config = "{}")
    {
        var parts = OciImage.Parts(Encoding.UTF8.GetBytes(layer), Encoding.UTF8.GetBytes(config));
        return (parts, Tarred(parts));
    }

    private static byte[] Packed((string Name, byte[] Content)[] entries, params TarEntry[] more) =>
        RawTar.Packed(Tarred(entries, more));

    /// <summary>Without its end, for more to follow.</summary>
    private static byte[] Open(byte[] tar) => tar[..^1024];
}
