using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Sqlite;

/// <summary>Backups and what restoring one means.</summary>
public sealed partial class SqliteStoreTests
{
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
        Assert.Empty((await StoreVerification.RunAsync(restored)).Faults);
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

    [Fact]
    public async Task S06_A_restore_that_broke_off_before_the_fork_opens_for_nobody_and_begins_anew()
    {
        var backup = Path.Combine(_folder, "backup");
        await using (var store = await OpenAsync())
        {
            await store.Journal.AppendAsync(
                Append(Write("org/acme", 0)) with
                {
                    Tickets = [new TicketWrite.Put(SampleTicket("h1"))],
                }
            );
            await store.BackupAsync(backup);
        }

        // As kill -9 leaves it once the database is in its place.
        var target = Path.Combine(_folder, "restored");
        Directory.CreateDirectory(target);
        await File.WriteAllBytesAsync(Path.Combine(target, "restoring"), []);
        File.Copy(Path.Combine(backup, "palisade.db"), Path.Combine(target, "palisade.db"));
        var to = new SqliteStoreOptions
        {
            DataDirectory = target,
            KeysDirectory = Path.Combine(Data, "keys"),
            Events = SqliteHarness.Events,
        };

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() =>
            SqliteStore.OpenAsync(to, Clock, NullLoggerFactory.Instance)
        );
        await SqliteStore.RestoreAsync(
            backup,
            target,
            new() { KeysDirectory = to.KeysDirectory },
            Clock,
            NullLoggerFactory.Instance
        );

        Assert.Contains("palisade admin restore again", refused.Message, StringComparison.Ordinal);
        await using var restored = await SqliteStore.OpenAsync(to, Clock, NullLoggerFactory.Instance);
        Assert.NotNull((await restored.Tickets.FindAsync("h1"))!.Revoked);
        Assert.Single(await restored.Journal.SearchAsync(new() { Org = "", Operation = "installation.restore" }));
    }

    [Fact]
    public async Task What_is_restored_meets_no_files_of_another_installation_and_nobody_else_in_the_folder()
    {
        var backup = Path.Combine(_folder, "backup");
        var target = Path.Combine(_folder, "restored");
        await using (var store = await OpenAsync())
        {
            await FillAsync(store);
            await store.BackupAsync(backup);
        }

        // As the folder of a server whose data is in PostgreSQL.
        var theirs = Path.Combine(target, "objects", "ab", "abcd");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        await File.WriteAllBytesAsync(theirs, [1]);
        Assert.Contains("There are files in", await RefusalAsync(), StringComparison.Ordinal);
        Assert.True(File.Exists(theirs));
        Assert.False(File.Exists(Path.Combine(target, "restoring")));

        File.Delete(theirs);
        await using (
            new FileStream(
                Path.Combine(target, "palisade.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            Assert.Contains("in use", await RefusalAsync(), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(target, "palisade.db")));

        async Task<string> RefusalAsync() =>
            (
                await Assert.ThrowsAsync<StoreUnusableException>(() =>
                    SqliteStore.RestoreAsync(
                        backup,
                        target,
                        new() { KeysDirectory = Path.Combine(Data, "keys") },
                        Clock,
                        NullLoggerFactory.Instance
                    )
                )
            ).Message;
    }

    [Fact]
    public async Task Objects_without_the_data_that_names_them_are_not_swept_away_by_a_new_store()
    {
        await using (var store = await OpenAsync())
        {
            await store.Objects.PutAsync("acme", "a", new MemoryStream([1]), 10);
        }

        foreach (var file in Directory.GetFiles(Data, "palisade.db*"))
        {
            File.Delete(file);
        }

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

        Assert.Contains("of another database", fault.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(Data, "objects"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_backup_into_a_folder_with_something_in_it_is_refused_and_leaves_that_as_it_is()
    {
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
        await using var store = await OpenAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "mistyped")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "BACKUP.json"), "{");
        File.SetUnixFileMode(folder, Open);

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => store.BackupAsync(folder));

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Open, File.GetUnixFileMode(folder));
        var broken = Assert.Throws<StoreUnusableException>(() => BackupNote.Read(folder));
        Assert.Contains("can't be read", broken.Message, StringComparison.Ordinal);
    }
}
