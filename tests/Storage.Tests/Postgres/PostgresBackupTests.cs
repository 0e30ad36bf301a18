using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;
using Palisade.Storage.Postgres;
using Palisade.Storage.Tests.Audit;
using Palisade.Storage.Tests.Sqlite;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Backups with the real pg_dump, and what restoring one means.</summary>
public sealed class PostgresBackupTests : StoreTest, IAsyncLifetime
{
    private const string Canary = "CANARY-5d1f-password";

    private readonly PostgresHarness _harness;
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-backup-").FullName;
    private string _restored = "";

    public PostgresBackupTests()
        : this(new()) { }

    private PostgresBackupTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    private string Backup => Path.Combine(_folder, "backup");

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _restored = await _harness.Server.CreateDatabaseAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _harness.Server.DropDatabaseAsync(_restored);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Another database with folders of its own, and the master key that was kept elsewhere.</summary>
    private PostgresStoreOptions Target()
    {
        var options = new PostgresStoreOptions
        {
            ConnectionString = _harness.Server.ConnectionString(_restored, "app"),
            OwnerConnectionString = _harness.Server.ConnectionString(_restored, "owner"),
            RetentionConnectionString = _harness.Server.ConnectionString(_restored, "retention"),
            Events = SqliteHarness.Events,
            MaxConnections = 8,
        };
        options.KeepBelow(Path.Combine(_folder, "restored"));
        CopyFiles(_harness.Options.KeysDirectory, options.KeysDirectory);
        return options;
    }

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private Task RestoreAsync(PostgresStoreOptions? to = null, bool keep = false) =>
        PostgresStore.RestoreAsync(
            Backup,
            to ?? Target(),
            new() { KeepCredentials = keep, Operator = "root" },
            NullLoggerFactory.Instance
        );

    private Task<PostgresStore> OpenRestoredAsync() =>
        PostgresStore.OpenAsync(Target(), Clock, NullLoggerFactory.Instance);

    private async Task SealAsync()
    {
        using var signer = await LogKeys.BeginAsync(Store);
        await Store.Audit.SealAsync("acme", signer);
    }

    private Ticket Ticket(string hash) =>
        new()
        {
            Hash = hash,
            Kind = "session",
            Id = "i",
            Subject = "u1",
            Name = "n",
            Created = Clock.GetUtcNow(),
            Expires = DateTimeOffset.MaxValue,
        };

    [Fact]
    public async Task S05_S06_A_backup_of_a_busy_database_restores_whole_voids_credentials_and_declares_the_fork()
    {
        await Store.Journal.AppendAsync(
            Append(Write("org/acme", 0)) with
            {
                Tickets = [new TicketWrite.Put(Ticket("h1"))],
                Idempotency = new("k1", "{}", Clock.GetUtcNow().AddDays(1)),
            }
        );
        await SealAsync();
        var checkpoint = (await Store.Audit.CheckpointAsync("acme"))!;
        await Store.Objects.PutAsync("acme", "source/a", new MemoryStream(new byte[2_000_000]), 4_000_000);
        await Store.Logs.AppendAsync("app/acme/staging/web", [new(Clock.GetUtcNow(), "s", "a line")]);
        using var stop = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await Store.Journal.AppendAsync(Append(Write("rec/acme/n", null)));
                await Store.Objects.PutAsync("acme", $"busy/{i % 3}", new MemoryStream([1, 2, 3]), 10);
                await Store.Objects.DeleteAsync("acme", $"busy/{(i + 1) % 3}");
            }
        });
        await Store.BackupAsync(Backup);
        await stop.CancelAsync();
        await busy;
        Assert.False(Directory.Exists(Path.Combine(Backup, "keys")));
        Assert.DoesNotContain(
            new DirectoryInfo(Backup).EnumerateFileSystemInfos("*", SearchOption.AllDirectories),
            info => (info.UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0
        );

        await RestoreAsync();

        await using var restored = await OpenRestoredAsync();
        var report = await StoreVerification.RunAsync(restored);
        Assert.Empty(report.Faults);
        Assert.True(report.Objects > 0);
        Assert.Single(await restored.Logs.ReadAsync("app/acme/staging/web", new()).ToListAsync());
        Assert.NotNull((await restored.Tickets.FindAsync("h1"))!.Revoked);
        Assert.Null(await restored.Journal.FindAnswerAsync("k1"));
        Assert.Equal(
            checkpoint.Note.ToString(),
            (await restored.Audit.CheckpointAsync("acme", checkpoint.Size))!.Note.ToString()
        );
        foreach (var org in (string[])["", "acme"])
        {
            var fork = Assert.Single(
                await restored.Journal.SearchAsync(new() { Org = org, Operation = "installation.restore" })
            );
            Assert.Contains(
                org.Length > 0 ? Convert.ToBase64String(checkpoint.Checkpoint.Root.Span) : "headsDigest",
                fork.Body,
                StringComparison.Ordinal
            );
        }

        // What is appended goes on from what came back.
        Assert.IsType<Appended>(await restored.Journal.AppendAsync(Append(Write("org/acme", 1))));
        await restored.DisposeAsync();
        var again = await Assert.ThrowsAsync<StoreUnusableException>(() => RestoreAsync());
        Assert.Contains("not empty", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S06_Credentials_are_kept_where_that_is_asked_for()
    {
        await Store.Journal.AppendAsync(
            Append(Write("org/acme", 0)) with
            {
                Tickets = [new TicketWrite.Put(Ticket("h1"))],
            }
        );
        await Store.BackupAsync(Backup);

        await RestoreAsync(keep: true);

        await using var restored = await OpenRestoredAsync();
        Assert.Null((await restored.Tickets.FindAsync("h1"))!.Revoked);
    }

    [Fact]
    public async Task S06_A_restore_that_broke_off_is_opened_by_nobody_and_goes_on()
    {
        await Store.Journal.AppendAsync(
            Append(Write("org/acme", 0)) with
            {
                Tickets = [new TicketWrite.Put(Ticket("h1"))],
            }
        );
        await Store.BackupAsync(Backup);
        var wrong = Target();
        File.Delete(Path.Combine(wrong.KeysDirectory, MasterKeyRing.FileName));
        MasterKeyRing.Create(wrong.KeysDirectory);

        // The data is there by then; credentials are not void yet.
        await Assert.ThrowsAsync<StoreUnusableException>(() => RestoreAsync(wrong));

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(OpenRestoredAsync);
        Assert.Contains("restore again", fault.Message, StringComparison.Ordinal);
        await RestoreAsync();
        await using var restored = await OpenRestoredAsync();
        Assert.NotNull((await restored.Tickets.FindAsync("h1"))!.Revoked);
        Assert.Single(await restored.Journal.SearchAsync(new() { Org = "", Operation = "installation.restore" }));
    }

    [Fact]
    public async Task S30_S06_Who_was_erased_stays_erased_when_an_older_backup_comes_back_to_a_database()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n", null)));
        var keys = (await Store.Inventory.KeysAsync()).Length;
        await Store.BackupAsync(Backup);
        await Store.Journal.AppendAsync(
            Append(Write("rec/acme/n", null)) with
            {
                Erasures = [new("user/u1", Whole: true)],
            }
        );
        await Store.Personal.NoteErasedAsync();

        await RestoreAsync();

        await using var restored = await OpenRestoredAsync();
        var fork = Assert.Single(
            await restored.Journal.SearchAsync(new() { Org = "", Operation = "installation.restore" })
        );
        Assert.DoesNotContain(
            await restored.Inventory.KeysAsync(),
            key => key.Scope.StartsWith("user/u1", StringComparison.Ordinal)
        );
        Assert.True(keys > 0);
        Assert.Contains("\"erasedAgain\":\"1\"", fork.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_logs_in_with_least_rights_writes_backups()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n", null)));
        _harness.Options.OwnerConnectionString = null;

        await Store.BackupAsync(Backup);

        await RestoreAsync();
        await using var restored = await OpenRestoredAsync();
        Assert.Empty((await StoreVerification.RunAsync(restored)).Faults);
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("logs")]
    public async Task What_is_restored_meets_no_files_of_another_installation(string folder)
    {
        await Store.Objects.PutAsync("acme", "a", new MemoryStream([1]), 10);
        await Store.BackupAsync(Backup);
        var to = Target();
        var theirs = Path.Combine(_folder, "restored", folder, "ab", "abcd");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        await File.WriteAllBytesAsync(theirs, [1]);
        File.SetLastWriteTimeUtc(theirs, DateTime.UnixEpoch);

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => RestoreAsync(to));

        Assert.Contains("There are files in", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(theirs));
        File.Delete(theirs);
        await RestoreAsync();
    }

    [Fact]
    public async Task A_new_database_sweeps_no_objects_of_another_away()
    {
        await Store.Objects.PutAsync("acme", "a", new MemoryStream([1]), 10);
        var mistyped = Target();
        mistyped.ObjectsDirectory = _harness.Options.ObjectsDirectory;
        foreach (var file in Directory.GetFiles(mistyped.ObjectsDirectory, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() =>
            PostgresStore.OpenAsync(mistyped, Clock, NullLoggerFactory.Instance)
        );

        Assert.Contains("of another database", fault.Message, StringComparison.Ordinal);
        await using var content = await Store.Objects.OpenAsync("acme", "a");
        await content!.CopyToAsync(Stream.Null);
    }

    [Fact]
    public async Task A_folder_of_objects_that_another_database_names_is_not_swept()
    {
        await Store.Objects.PutAsync("acme", "a", new MemoryStream([1]), 10);
        var theirs = Path.Combine(_folder, "theirs", "ab", "abcd");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        await File.WriteAllBytesAsync(theirs, [1]);
        File.SetLastWriteTimeUtc(theirs, DateTime.UnixEpoch);
        var left = Path.Combine(_harness.Options.ObjectsDirectory, "ab", "abcd");
        CopyFiles(Path.GetDirectoryName(theirs)!, Path.GetDirectoryName(left)!);
        File.SetLastWriteTimeUtc(left, DateTime.UnixEpoch);
        await Store.DisposeAsync();

        await ReopenAsync();
        await Store.DisposeAsync();
        _harness.Options.ObjectsDirectory = Path.Combine(_folder, "theirs");
        await ReopenAsync();

        Assert.False(File.Exists(left), "what a crash left in its own folder is still there");
        Assert.True(File.Exists(theirs));
    }

    [Fact]
    public async Task The_file_of_an_object_that_a_backup_may_name_stays()
    {
        await Store.Objects.PutAsync("acme", "a", new MemoryStream([1]), 10);
        var file = Assert.Single(Files());
        await using var other = new NpgsqlConnection(_harness.Options.OwnerConnectionString);
        await other.OpenAsync();
        await using (var held = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('backup', 1))", other))
        {
            await held.ExecuteNonQueryAsync();
        }

        await Store.Objects.DeleteAsync("acme", "a");
        Assert.Equal([file], Files());

        await other.CloseAsync();
        NpgsqlConnection.ClearPool(other);
        await Store.Objects.PutAsync("acme", "b", new MemoryStream([1]), 10);
        await Store.Objects.DeleteAsync("acme", "b");
        Assert.Equal([file], Files());

        List<string> Files() =>
            [
                .. Directory
                    .EnumerateFiles(_harness.Options.ObjectsDirectory, "*", SearchOption.AllDirectories)
                    .Select(path => Path.GetFileName(path)),
            ];
    }

    [Fact]
    public async Task A_backup_without_the_programs_says_what_to_install()
    {
        _harness.Options.ProgramsDirectory = "/nowhere";

        var fault = await Assert.ThrowsAsync<IOException>(() => Store.BackupAsync(Backup));

        Assert.Contains("postgresql-client", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Backup, "BACKUP.json")));
    }

    [Fact]
    public async Task No_password_is_in_a_list_of_processes_or_a_message()
    {
        var programs = Directory.CreateDirectory(Path.Combine(_folder, "programs")).FullName;
        var seen = Path.Combine(_folder, "seen");
        await File.WriteAllTextAsync(
            Path.Combine(programs, "pg_dump"),
            $"#!/bin/sh\ntr '\\0' ' ' </proc/$$/cmdline >{seen}\n"
                + $"[ \"$PGPASSWORD\" = {Canary} ] && echo \"it came $PGSERVICE$PGHOSTADDR\" >>{seen}\necho no >&2\nexit 3\n"
        );
        File.SetUnixFileMode(Path.Combine(programs, "pg_dump"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _harness.Options.ProgramsDirectory = programs;
        _harness.Options.OwnerConnectionString += $";Password={Canary}";
        // Of the operator's shell; Npgsql knows neither.
        Environment.SetEnvironmentVariable("PGSERVICE", "elsewhere");
        Environment.SetEnvironmentVariable("PGHOSTADDR", "192.0.2.1");

        var fault = await Assert.ThrowsAsync<IOException>(() => Store.BackupAsync(Backup));

        var said = await File.ReadAllTextAsync(seen);
        Assert.EndsWith("it came \n", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, said, StringComparison.Ordinal);
        Assert.Contains("pg_dump ended with 3: no", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, fault.ToString(), StringComparison.Ordinal);
    }
}
