using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Audit;
using Palisade.Storage.Tests.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Sqlite;

public sealed partial class SqliteStoreTests() : StoreTest(new SqliteHarness()), IDisposable
{
    private static readonly byte[] Canary = "CANARY-b8f1c2d9-secret"u8.ToArray();

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-store-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<SqliteStore> OpenAsync() =>
        SqliteStore.OpenAsync(SqliteHarness.OptionsFor(Data), Clock, NullLoggerFactory.Instance);

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "palisade.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task A_second_opening_is_refused_and_names_the_holder()
    {
        await using var first = await OpenAsync();

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

        Assert.Contains($"pid {Environment.ProcessId}", fault.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await using var again = await OpenAsync();
    }

    /// <summary>What <c>palisade admin backup</c> finds when it is of the version that is about to come.</summary>
    [Fact]
    public async Task Data_of_an_older_version_is_not_migrated_by_what_only_works_on_it()
    {
        await (await OpenAsync()).DisposeAsync();
        Sql("DELETE FROM migration WHERE version = (SELECT max(version) FROM migration)");
        var options = SqliteHarness.OptionsFor(Data);
        options.Migrates = false;

        // Twice: the first left it as it was.
        for (var i = 0; i < 2; i++)
        {
            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() =>
                SqliteStore.OpenAsync(options, Clock, NullLoggerFactory.Instance)
            );

            Assert.Contains(
                "Make a backup before an upgrade with the palisade of",
                refused.Message,
                StringComparison.Ordinal
            );
            Assert.Contains("start its server on it once, and stop it", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S01_Files_and_folders_are_closed_to_others()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        var open = new DirectoryInfo(Data)
            .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Append(new DirectoryInfo(Data))
            .Where(info =>
                (info.UnixFileMode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0
            )
            .Select(info => $"{info.UnixFileMode} {info.FullName}")
            .ToList();
        await store.DisposeAsync();

        Assert.Empty(open);
    }

    [Fact]
    public async Task S05_Data_without_its_master_key_never_opens_and_no_key_is_made()
    {
        await (await OpenAsync()).DisposeAsync();
        var keys = Path.Combine(Data, "keys", MasterKeyRing.FileName);
        var right = await File.ReadAllBytesAsync(keys);
        File.Delete(keys);

        await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);
        Assert.False(File.Exists(keys));

        MasterKeyRing.Create(Path.GetDirectoryName(keys)!);
        var wrong = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);
        Assert.Contains("not the one", wrong.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(keys, "{\"current\":\"x\",\"keys\":[{\"id\":\"x\",\"key\":\"CANARYCANARY\"}]}");
        var damaged = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);
        Assert.DoesNotContain("CANARY", damaged.ToString(), StringComparison.Ordinal);

        await File.WriteAllBytesAsync(keys, right);
        await (await OpenAsync()).DisposeAsync();
    }

    [Theory]
    [InlineData("UPDATE journal SET actor = 'x'")]
    [InlineData("DELETE FROM journal")]
    [InlineData("UPDATE journal_body SET body = '{}'")]
    [InlineData("DELETE FROM journal_body")]
    [InlineData("UPDATE leaf SET idx = 7")]
    [InlineData("DELETE FROM leaf")]
    [InlineData("UPDATE checkpoint SET note = ''")]
    [InlineData("DELETE FROM checkpoint")]
    [InlineData("DELETE FROM journal_body WHERE stream LIKE 'rec/%'")]
    public async Task S30_The_journal_is_only_inserted_into(string sql)
    {
        await using (var store = await OpenAsync())
        {
            await FillAsync(store);
        }

        var fault = Assert.Throws<SqliteException>(() => Sql(sql));
        Assert.Contains("append-only", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE journal SET actor = 'mallory' WHERE seq = 2", 2, "actor differs")]
    [InlineData("UPDATE journal SET at = at + 1 WHERE seq = 2", 2, "at differs")]
    [InlineData(
        "UPDATE journal_body SET body = replace(body, 'cli-token', 'cli-tokem') WHERE seq = 2",
        2,
        "does not belong to its body"
    )]
    [InlineData("DELETE FROM journal WHERE seq = 2", 2, "missing")]
    [InlineData("DELETE FROM journal WHERE seq = 3", 3, "missing")]
    [InlineData("UPDATE stream SET hash = x'00'", 3, "names another head")]
    public async Task S31_Verification_finds_what_was_changed_under_the_store(string sql, long seq, string why)
    {
        await using (var store = await OpenAsync())
        {
            await store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0, Entry(), Entry(), Entry())));
        }

        foreach (
            var trigger in new[]
            {
                "journal_no_update",
                "journal_no_delete",
                "journal_body_no_update",
                "journal_body_no_delete",
            }
        )
        {
            Sql($"DROP TRIGGER {trigger}");
        }

        Sql(sql);
        await using var again = await OpenAsync();
        var fault = (await StoreVerification.RunAsync(again)).Faults[0];
        Assert.EndsWith($"entry {seq}", fault.Place, StringComparison.Ordinal);
        Assert.Contains(why, fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        Sql("INSERT INTO migration VALUES (99, 'future', 0)");

        Assert.Contains(
            "newer",
            (await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Usage_is_counted_and_flushed_at_stop()
    {
        var store = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            store.Usage.Count("acme", "u1", "app.list", "staging");
        }

        await store.Usage.FlushAsync();
        store.Usage.Count("acme", "u1", "app.list", "staging");
        await store.DisposeAsync();

        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "palisade.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count || ' ' || day FROM usage";
        Assert.Equal("4 2026-03-01", command.ExecuteScalar());
    }

    [Fact]
    public async Task Events_of_old_versions_are_upcast_and_unknown_ones_say_so()
    {
        await using var store = await OpenAsync();
        await store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0, Entry(new Counted(1)))));
        await store.DisposeAsync();

        await using var poorer = await SqliteStore.OpenAsync(
            new() { DataDirectory = Data },
            Clock,
            NullLoggerFactory.Instance
        );
        var fault = await Assert.ThrowsAsync<UnknownEventException>(async () =>
        {
            await foreach (var entry in poorer.Journal.ReadAsync(new("app/acme/a/b"), 0))
            {
                Assert.Fail("read " + entry.Seq);
            }
        });

        Assert.Equal(("test.counted", 1), (fault.Name, fault.Version));
    }

    private static Ticket SampleTicket(string hash) =>
        new()
        {
            Hash = hash,
            Kind = "session",
            Id = "i",
            Subject = "u1",
            Name = "n",
            Created = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.MaxValue,
        };

    private async Task FillAsync(SqliteStore store)
    {
        await store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        var secret = await store.Sealer.SealAsync("app/acme/staging/web", Canary, "app/acme/staging/web@1");
        await store.Journal.AppendAsync(
            Append(
                Write(
                    "app/acme/staging/web",
                    0,
                    Entry(
                        new Rich
                        {
                            Names = ["a"],
                            Counts = System.Collections.Immutable.ImmutableSortedDictionary<string, int>.Empty,
                            At = Clock.GetUtcNow(),
                            Shade = Shade.Light,
                            Secret = secret,
                            App = Domain.Kernel.AppRef.Parse("acme/staging/web"),
                        }
                    )
                )
            )
        );
        using var signer = await LogKeys.BeginAsync(store);
        await store.Audit.SealAsync("acme", signer);
        await store.Objects.PutAsync("acme", "source/a", new MemoryStream(Canary), 100);
        await store.Logs.AppendAsync(
            "app/acme/staging/web",
            [new(Clock.GetUtcNow(), "s", Encoding.ASCII.GetString(Canary))]
        );
    }

    private static List<string> FilesWith(string folder, byte[] bytes) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))
                .Where(path =>
                {
                    using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    var all = new byte[file.Length];
                    file.ReadExactly(all);
                    return all.AsSpan().IndexOf(bytes) >= 0;
                }),
        ];
}
