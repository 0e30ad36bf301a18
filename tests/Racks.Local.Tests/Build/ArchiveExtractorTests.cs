using System.Formats.Tar;
using System.IO.Compression;
using Palisade.Racks.Local.Build;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class ArchiveExtractorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plx-").FullName;

    [Fact]
    public async Task A_source_is_unpacked_with_its_modes_and_links_and_without_set_user_id()
    {
        var result = await ExtractAsync(w =>
        {
            w.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "./app/"));
            File(w, "./app/run.sh", "echo", (UnixFileMode)0b111_111_101_101);
            w.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "app/link") { LinkName = "../app/run.sh" });
            w.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "copy.sh") { LinkName = "app/run.sh" });
            File(w, "app/run.sh", "echo again", (UnixFileMode)0b110_100_100);
        });

        Assert.True(result.Ok, result.ToString());
        Assert.Equal("echo again", await System.IO.File.ReadAllTextAsync(Path.Combine(_root, "out/app/link")));
        Assert.Equal("echo", await System.IO.File.ReadAllTextAsync(Path.Combine(_root, "out/copy.sh")));
        Assert.Equal((UnixFileMode)0b111_101_101, System.IO.File.GetUnixFileMode(Path.Combine(_root, "out/copy.sh")));
    }

    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "source.traversal", "../evil" },
            { "source.traversal", "a/../../evil" },
            { "source.traversal", "/etc/evil" },
            { "source.path_too_long", new string('n', 300) },
            { "source.path_too_long", string.Join('/', Enumerable.Repeat("dir", 400)) },
            { "source.path", "a\u001b[31m" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task S18_hostile_names_are_refused(string code, string name)
    {
        var result = await ExtractAsync(w => File(w, name, "x"));

        Assert.Equal(code, result.Problem?.Code);
        Assert.DoesNotContain(result.Problem!.Message, char.IsControl);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_root, "out")));
        Assert.False(System.IO.File.Exists(Path.Combine(_root, "evil")));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("sub/../../../x")]
    [InlineData("")]
    public async Task S18_links_out_of_the_tree_are_refused(string target)
    {
        var result = await ExtractAsync(w =>
            w.WriteEntry(
                new PaxTarEntry(TarEntryType.SymbolicLink, "dir/link") { LinkName = target == "" ? "/" : target }
            )
        );

        Assert.Equal("source.link", result.Problem?.Code);
    }

    [Fact]
    public async Task S18_links_that_leave_the_tree_only_together_are_refused()
    {
        var result = await ExtractAsync(w =>
        {
            w.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "x/y/z"));
            w.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "x/y/z/up") { LinkName = "../../.." });
            w.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "x/y/z/out") { LinkName = "up/../.." });
        });

        Assert.Equal("source.link", result.Problem?.Code);
    }

    [Fact]
    public async Task S18_nothing_is_written_through_a_link()
    {
        var result = await ExtractAsync(w =>
        {
            w.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "." });
            File(w, "link/file", "x");
        });

        Assert.Equal("source.traversal", result.Problem?.Code);
    }

    [Fact]
    public async Task S18_a_hard_link_to_outside_or_to_a_link_is_refused()
    {
        var outside = await ExtractAsync(w =>
            w.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "a") { LinkName = "../../etc/passwd" })
        );
        var link = await ExtractAsync(w =>
        {
            w.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "l") { LinkName = "nowhere" });
            w.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "a") { LinkName = "l" });
        });

        Assert.Equal("source.traversal", outside.Problem?.Code);
        Assert.Equal("source.link", link.Problem?.Code);
    }

    [Theory]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public async Task S18_devices_and_pipes_are_refused(TarEntryType type)
    {
        var result = await ExtractAsync(w => w.WriteEntry(new PaxTarEntry(type, "dev")));

        Assert.Equal("source.unsupported_entry", result.Problem?.Code);
    }

    [Fact]
    public async Task S08_bombs_and_oversized_sources_are_refused()
    {
        var zeros = new byte[8 << 20];
        var many = await ExtractAsync(
            w => Enumerable.Range(0, 30).ToList().ForEach(i => File(w, $"f{i}", "")),
            new() { MaxEntries = 20 }
        );
        var bomb = await ExtractAsync(w => Zeros(w, zeros), new() { RatioFloor = 1 << 20 });
        var large = await ExtractAsync(w => Zeros(w, zeros), new() { MaxUnpackedBytes = 1 << 20 });
        var compressed = await ExtractAsync(w => File(w, "f", "text"), new() { MaxCompressedBytes = 20 });
        var linked = await ExtractAsync(
            w =>
            {
                File(w, "f", new string('a', 100_000));
                Enumerable
                    .Range(0, 20)
                    .ToList()
                    .ForEach(i => w.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, $"l{i}") { LinkName = "f" }));
            },
            new() { MaxUnpackedBytes = 1 << 20 }
        );

        Assert.Equal("source.too_many_entries", many.Problem?.Code);
        Assert.Equal("source.bomb", bomb.Problem?.Code);
        Assert.Equal("source.too_large", large.Problem?.Code);
        Assert.Equal("source.too_large", compressed.Problem?.Code);
        Assert.Equal("source.too_large", linked.Problem?.Code);
    }

    [Fact]
    public async Task S08_an_extended_header_that_would_fill_the_memory_is_refused()
    {
        var small = await ExtractAsync(w => w.WriteEntry(RawTar.WithAttribute("f", [1], 1 << 19)));
        var large = await ExtractAsync(w => w.WriteEntry(RawTar.WithAttribute("f", [1], 2 << 20)));

        Assert.True(small.Ok);
        Assert.Equal("source.corrupt", large.Problem?.Code);
    }

    [Theory]
    [MemberData(nameof(RawTar.BadFields), MemberType = typeof(RawTar))]
    public async Task A_header_that_says_nothing_possible_is_damage(string field)
    {
        var archive = RawTar.Packed(RawTar.Of("f", [1], header => RawTar.Spoil(header, field)));

        var result = await new ArchiveExtractor(new()).ExtractAsync(
            new MemoryStream(archive),
            Path.Combine(_root, "out"),
            default
        );

        Assert.Equal("source.corrupt", result.Problem?.Code);
    }

    [Fact]
    public async Task Damaged_archives_are_a_problem_and_never_an_exception()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var good = Archive(w =>
            Enumerable.Range(0, 20).ToList().ForEach(i => File(w, $"d{i}/f", new string('x', 500 * i)))
        );
        for (var i = 0; i < 300; i++)
        {
            var bad = good.ToArray();
            for (var k = 0; k < 1 + i % 4; k++)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            var cut = bad[..random.Next(bad.Length + 1)];
            var result = await new ArchiveExtractor(new()).ExtractAsync(
                new MemoryStream(cut),
                Path.Combine(_root, "out"),
                default
            );
            Assert.True(
                result.Ok || result.Problem.Code.StartsWith("source.", StringComparison.Ordinal),
                $"seed {seed}, round {i}"
            );
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void Zeros(TarWriter writer, byte[] zeros) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "zeros") { DataStream = new MemoryStream(zeros) });

    private static void File(
        TarWriter writer,
        string name,
        string text,
        UnixFileMode mode = (UnixFileMode)0b110_100_100
    ) =>
        writer.WriteEntry(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
                Mode = mode,
            }
        );

    private static byte[] Archive(Action<TarWriter> fill)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var writer = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            fill(writer);
        }

        return bytes.ToArray();
    }

    private Task<Palisade.Domain.Kernel.Result<ExtractedSource>> ExtractAsync(
        Action<TarWriter> fill,
        ArchiveLimits? limits = null
    ) =>
        new ArchiveExtractor(limits ?? new()).ExtractAsync(
            new MemoryStream(Archive(fill)),
            Path.Combine(_root, "out"),
            default
        );
}
