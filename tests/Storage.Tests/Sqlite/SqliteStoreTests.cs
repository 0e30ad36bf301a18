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

public sealed class SqliteStoreTests() : StoreTest(new SqliteHarness()), IDisposable
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

    [Fact]
    public async Task Rotating_the_master_key_keeps_what_was_sealed_and_wraps_new_keys()
    {
        var store = await OpenAsync();
        var old = await store.Sealer.SealAsync("org/a", Canary, "c");
        await store.DisposeAsync();
        var ring = MasterKeyRing.Rotate(Path.Combine(Data, "keys"));

        store = await OpenAsync();
        Assert.Equal(Canary, await store.Sealer.OpenAsync("org/a", old, "c"));
        var fresh = await store.Sealer.SealAsync("org/b", Canary, "c");
        await store.DisposeAsync();
        store = await OpenAsync();
        Assert.Equal(Canary, await store.Sealer.OpenAsync("org/b", fresh, "c"));
        await store.DisposeAsync();
        Assert.Equal(2, ring.Ids.Count);
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
        var fault = Assert.Single((await again.VerifyAllAsync()).Faults);
        Assert.Equal(seq, fault.Seq);
        Assert.Contains(why, fault.Why, StringComparison.Ordinal);
    }

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

    [Fact]
    public async Task S05_S06_A_backup_of_a_busy_store_restores_whole_voids_credentials_and_declares_the_fork()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        await store.Journal.AppendAsync(
            Append(Write("org/acme", 0)) with
            {
                Tickets = [new TicketWrite.Put(SampleTicket("h1"))],
            }
        );
        using var stop = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await store.Journal.AppendAsync(Append(Write("rec/acme/n", null)));
                await store.Objects.PutAsync("acme", $"busy/{i % 3}", new MemoryStream([1, 2, 3]), 10);
                await store.Logs.AppendAsync("app/acme/staging/web", [new(Clock.GetUtcNow(), "s", $"busy {i}")]);
            }
        });
        var backup = Path.Combine(_folder, "backup");
        await store.BackupAsync(backup);
        await stop.CancelAsync();
        await busy;
        await store.DisposeAsync();
        Assert.Contains(
            "NOT INCLUDED",
            await File.ReadAllTextAsync(Path.Combine(backup, "BACKUP.json")),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Path.Combine(backup, "keys")));

        var target = Path.Combine(_folder, "restored");
        var options = new RestoreOptions { KeysDirectory = Path.Combine(Data, "keys") };
        await SqliteStore.RestoreAsync(backup, target, options, Clock, NullLoggerFactory.Instance);

        await using var restored = await SqliteStore.OpenAsync(
            new()
            {
                DataDirectory = target,
                KeysDirectory = options.KeysDirectory,
                Events = SqliteHarness.Events,
            },
            Clock,
            NullLoggerFactory.Instance
        );
        Assert.Empty((await restored.VerifyAllAsync()).Faults);
        foreach (var info in await restored.Objects.ListAsync("acme", "", 100))
        {
            await using var stream = await restored.Objects.OpenAsync("acme", info.Key);
            await stream!.CopyToAsync(Stream.Null);
        }

        Assert.NotNull(await restored.Objects.FindAsync("acme", "source/a"));
        var lines = new List<string>();
        await foreach (var line in restored.Logs.ReadAsync("app/acme/staging/web", new()))
        {
            lines.Add(line.Text);
        }

        Assert.Equal(Encoding.ASCII.GetString(Canary), lines[0]);
        Assert.NotNull((await restored.Tickets.FindAsync("h1"))!.Revoked);
        var fork = Assert.Single(
            await restored.Journal.SearchAsync(new() { Org = "", Operation = "installation.restore" })
        );
        Assert.Contains("headsDigest", fork.Body, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnusableException>(() =>
            SqliteStore.RestoreAsync(backup, target, options, Clock, NullLoggerFactory.Instance)
        );
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
        using var signer = NoteSigner.Create((await store.Audit.OpenAsync("acme")).Origin);
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
