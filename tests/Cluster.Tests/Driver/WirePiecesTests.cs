using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Driver;

/// <summary>The parts of the driver that need no peer.</summary>
public sealed class WirePiecesTests
{
    private const string Marker = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:";

    [Theory]
    [InlineData("text" + Marker + "7\n", 7, "text")]
    [InlineData(Marker + "-1\n", 255, "")]
    [InlineData("no marker", 0, "no marker")]
    public void The_exit_code_is_found_in_a_slice(string frame, int code, string output)
    {
        var marker = new ExitMarker();

        marker.Take(Encoding.ASCII.GetBytes(frame));

        Assert.Equal((code, output), (marker.ExitCode, Encoding.ASCII.GetString(marker.Output)));
    }

    [Fact]
    public void A_marker_across_two_slices_is_output()
    {
        var marker = new ExitMarker();
        var frame = new string('x', 1020) + Marker + "7\n";

        marker.Take(Encoding.ASCII.GetBytes(frame));

        Assert.False(marker.WasSent);
        Assert.Equal(frame, Encoding.ASCII.GetString(marker.Output));
    }

    [Fact]
    public void Text_after_the_code_makes_it_unreadable()
    {
        var error = Assert.Throws<ConvoxException>(() =>
            new ExitMarker().Take(Encoding.ASCII.GetBytes(Marker + "7\nmore"))
        );

        Assert.Equal("unable to read exit code", error.Message);
    }

    [Fact]
    public void An_archive_has_relative_names_keeps_links_and_leaves_out_what_is_ignored()
    {
        var folder = Directory.CreateTempSubdirectory("pack");
        try
        {
            folder.CreateSubdirectory("src/deep");
            folder.CreateSubdirectory("node_modules/x");
            File.WriteAllText(Path.Combine(folder.FullName, "convox.yml"), "services: {}");
            File.WriteAllText(Path.Combine(folder.FullName, "src/deep/a.log"), "");
            File.WriteAllText(Path.Combine(folder.FullName, "src/b.cs"), "b");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "link"), "src/b.cs");
            File.WriteAllText(Path.Combine(folder.FullName, ".dockerignore"), "# ours\nnode_modules/\n**/*.log\n");

            using var tar = new TarReader(
                new GZipStream(new MemoryStream(SourceArchive.Pack(folder.FullName)), CompressionMode.Decompress)
            );
            var entries = new List<string>();
            while (tar.GetNextEntry() is { } entry)
            {
                entries.Add(
                    entry.EntryType == TarEntryType.SymbolicLink
                        ? $"{entry.Name} -> {entry.LinkName}"
                        : entry.Name.TrimEnd('/')
                );
                Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            }

            Assert.Equal([".dockerignore", "convox.yml", "link -> src/b.cs", "src", "src/b.cs", "src/deep"], entries);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_poll_that_ends_in_vain_says_what_is_missing()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(() =>
            Poll.UntilAsync(
                () => false,
                TimeSpan.FromMilliseconds(20),
                "the second container",
                TimeSpan.FromMilliseconds(5)
            )
        );

        Assert.Contains("the second container", error.Message, StringComparison.Ordinal);
    }
}
