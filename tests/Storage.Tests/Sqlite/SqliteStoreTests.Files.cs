using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Sqlite;

/// <summary>What lies beside the database: objects and logs.</summary>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task S23_Sealed_bytes_are_nowhere_in_clear()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        await store.Logs.FlushAsync("app/acme/staging/web");
        Assert.Empty(FilesWith(Data, Canary));
        var backup = Path.Combine(_folder, "backup");
        await store.BackupAsync(backup);
        await store.DisposeAsync();

        Assert.Empty(FilesWith(Data, Canary));
        Assert.Empty(FilesWith(backup, Canary));
        Assert.Empty(FilesWith(Data, Encoding.ASCII.GetBytes(Convert.ToBase64String(Canary)[..16])));
        Assert.NotEmpty(FilesWith(Data, "staging/web"u8.ToArray()));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("swap")]
    [InlineData("move")]
    public async Task S23_Changed_objects_are_refused_before_a_bad_chunk_is_given(string how)
    {
        await using var store = await OpenAsync();
        var bytes = new byte[(2 << 20) + 5];
        await store.Objects.PutAsync("acme", "a", new MemoryStream(bytes), 1 << 24);
        var path = Directory.EnumerateFiles(Path.Combine(Data, "objects"), "*", SearchOption.AllDirectories).Single();
        var sealedBytes = await File.ReadAllBytesAsync(path);
        var chunk = (1 << 20) + 16;
        var head = sealedBytes.Length - (2 * chunk) - 5 - 16;
        switch (how)
        {
            case "flip":
                sealedBytes[head + chunk + 7] ^= 1;
                break;
            case "cut":
                sealedBytes = sealedBytes[..(head + (2 * chunk))];
                break;
            case "swap":
                sealedBytes =
                [
                    .. sealedBytes[..head],
                    .. sealedBytes[(head + chunk)..(head + (2 * chunk))],
                    .. sealedBytes[head..(head + chunk)],
                    .. sealedBytes[(head + (2 * chunk))..],
                ];
                break;
            default:
                await store.Objects.PutAsync("acme", "b", new MemoryStream([1]), 10);
                path = Directory
                    .EnumerateFiles(Path.Combine(Data, "objects"), "*", SearchOption.AllDirectories)
                    .Single(other => other != path);
                break;
        }

        await File.WriteAllBytesAsync(path, sealedBytes);

        await using var stream = await store.Objects.OpenAsync("acme", how == "move" ? "b" : "a");
        using var clear = new MemoryStream();
        await Assert.ThrowsAsync<InvalidDataException>(() => stream!.CopyToAsync(clear));
        Assert.True(clear.Length is 0 or (1 << 20), $"{clear.Length} bytes were given");
    }

    [Fact]
    public async Task Orphaned_files_are_swept_at_start()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        await store.DisposeAsync();
        var orphan = Path.Combine(Data, "objects", "ab", "abcdef");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllTextAsync(orphan, "x");
        await File.WriteAllTextAsync(Path.Combine(Data, "objects", "drafts", "d"), "x");

        store = await OpenAsync();

        Assert.False(File.Exists(orphan));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Data, "objects", "drafts")));
        await using (await store.Objects.OpenAsync("acme", "source/a"))
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_torn_log_tail_is_cut_at_any_byte_and_written_on()
    {
        const string log = "app/acme/staging/web";
        var store = await OpenAsync();
        for (var i = 0; i < 4; i++)
        {
            await store.Logs.AppendAsync(log, [new(Clock.GetUtcNow(), "s", $"line {i}") { Cursor = $"{i}" }]);
            await store.Logs.FlushAsync(log);
        }

        await store.DisposeAsync();
        var path = Directory.EnumerateFiles(Path.Combine(Data, "logs"), "*.seg", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllBytesAsync(path);
        for (var cut = 1; cut <= 60; cut += 7)
        {
            await File.WriteAllBytesAsync(path, whole[..^cut]);
            store = await OpenAsync();
            Assert.Equal("2", await store.Logs.CursorAsync(log, "s"));
            await store.Logs.AppendAsync(log, [new(Clock.GetUtcNow(), "s", "again") { Cursor = "3" }]);
            await store.DisposeAsync();

            store = await OpenAsync();
            var lines = new List<string>();
            await foreach (var line in store.Logs.ReadAsync(log, new()))
            {
                lines.Add(line.Text);
            }

            await store.DisposeAsync();
            Assert.Equal(["line 0", "line 1", "line 2", "again"], lines);
        }
    }
}
