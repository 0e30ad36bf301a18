using System.Text;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Tests.Audit;

public sealed class SinkFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("palisade-sinks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void S01_Files_and_folders_of_sinks_are_the_owners_alone()
    {
        var folder = new SinkFolder(Path.Combine(_root, "sinks"));

        folder.Append("acme", "sink-1", "{}\n"u8);

        var file = Assert.Single(Files(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        for (var path = Path.GetDirectoryName(file)!; path != _root; path = Path.GetDirectoryName(path)!)
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(path)
            );
        }
    }

    [Fact]
    public void A_file_that_is_full_is_followed_by_the_next_and_the_newest_are_kept()
    {
        var folder = new SinkFolder(_root, maxBytes: 10, kept: 3);

        for (var i = 0; i < 10; i++)
        {
            folder.Append("acme", "sink-1", Encoding.UTF8.GetBytes($"line {i}\n"));
        }

        // Seven bytes each: the second line fills a file.
        Assert.Equal(["00000003.jsonl", "00000004.jsonl", "00000005.jsonl"], Files(folder).Select(Path.GetFileName));
        Assert.Equal("line 8\nline 9\n", File.ReadAllText(Files(folder)[^1]));
    }

    [Theory]
    [InlineData("whole\n", "{\"torn", "whole\n{}\n")]
    [InlineData("", "{\"torn", "{}\n")]
    [InlineData("whole\n", "", "whole\n{}\n")]
    public void What_a_kill_left_of_a_line_is_written_over(string whole, string torn, string expected)
    {
        var folder = new SinkFolder(_root);
        folder.Append("acme", "sink-1", Encoding.UTF8.GetBytes(whole));
        File.AppendAllText(Files(folder)[0], torn + (torn.Length > 0 ? new string('x', 10_000) : ""));

        folder.Append("acme", "sink-1", "{}\n"u8);

        Assert.Equal(expected, File.ReadAllText(Assert.Single(Files(folder))));
    }

    private static string[] Files(SinkFolder folder) =>
        [.. Directory.GetFiles(folder.PathOf("acme", "sink-1")).Order(StringComparer.Ordinal)];
}
