using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;
using Palisade.Storage.Personal;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Audit;
using Palisade.Storage.Tests.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Sqlite;

/// <summary>What of a person is in the files, and what comes back from a backup.</summary>
public sealed class SqliteErasureTests : IDisposable
{
    private static readonly Caller Ann = new()
    {
        Principal = new(PrincipalKind.User, "u1", "CANARY-Ann-Example"),
        SignIn = "cli-token",
        Ip = "198.51.100.123",
        Client = "CANARY-browser/7.1",
        RequestId = "0123456789ab",
        Org = "acme",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-erasure-").FullName;
    private readonly ManualClock _clock = new();

    private string Data => Path.Combine(_folder, "data");

    private string ReadOnly => $"Data Source={Path.Combine(Data, "palisade.db")};Mode=ReadOnly;Pooling=False";

    private string Backup => Path.Combine(_folder, "backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S30_No_file_of_the_store_holds_a_name_an_address_or_a_client()
    {
        var store = await OpenAsync(Data);
        await FillAsync(store);
        store.Tickets.Touch("h1", Ann.Ip, Ann.Client);
        store.Usage.Count("acme", Ann.Principal.ToString(), "app.get", "staging/web");
        var ticket = await store.Tickets.FindAsync("h1");
        Assert.Equal((Ann.Ip, Ann.Client), (ticket!.LastIp, ticket.LastClient));
        Assert.Empty(Found(Data));

        // What is flushed at stop, and read back.
        await store.DisposeAsync();
        Assert.Empty(Found(Data));
        await using var again = await OpenAsync(Data);
        Assert.Equal(Ann.Ip, Assert.Single(await again.Tickets.ListAsync("u1")).LastIp);
        Assert.NotEmpty(FilesWith(Data, Encoding.UTF8.GetBytes("\"id\":\"u1\"")));
    }

    [Fact]
    public async Task S30_A_key_that_was_destroyed_is_in_no_file()
    {
        await using var store = await OpenAsync(Data);
        await FillAsync(store);
        for (var i = 0; i < 200; i++)
        {
            await WriteAsync(store, Ann with { Principal = new(PrincipalKind.User, $"v{i}", "x") });
        }

        // SQLite moved some of them to other pages as the table grew.
        string[] others = [.. Enumerable.Range(10, 90).Select(i => $"v{i}")];
        var wrapped = others.Append("u1").Select(person => Wrapped($"user/{person}/acme")).ToList();
        Assert.All(wrapped, key => Assert.NotEmpty(FilesWith(Data, key)));

        await EraseAsync(store, others);

        Assert.All(wrapped, key => Assert.Empty(FilesWith(Data, key)));
        Assert.NotEmpty(FilesWith(Data, Wrapped("user/v7/acme")));
    }

    [Fact]
    public async Task S30_Keys_leave_the_files_while_others_write_without_a_pause()
    {
        await using var store = await OpenAsync(Data);
        await FillAsync(store);
        using var scrubbed = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 64).Select(_ => Task.Run(() => WriteUntilAsync(store, scrubbed.Token)));
        var writing = Task.WhenAll(writers);
        var wrapped = Wrapped("user/u1/acme");

        await DestroyAsync(store);
        for (var tries = 1; !await store.Personal.ScrubAsync(); tries++)
        {
            Assert.True(tries < 20, "readers that come and go keep a key in the files");
        }

        await scrubbed.CancelAsync();
        await writing;
        Assert.Empty(FilesWith(Data, wrapped));
    }

    [Fact]
    public async Task S30_A_reader_of_what_was_there_before_keeps_keys_in_the_files_and_nobody_from_writing()
    {
        await using var store = await OpenAsync(Data);
        await FillAsync(store);
        var wrapped = Wrapped("user/u1/acme");
        await using var reader = new SqliteConnection(ReadOnly);
        reader.Open();
        await using (reader.BeginTransaction(deferred: true))
        {
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM data_key";
            command.ExecuteScalar();
            await DestroyAsync(store);

            Assert.False(await store.Personal.ScrubAsync());
            Assert.False(await store.Retention.ScrubAsync());

            Assert.IsType<Appended>(await WriteAsync(store, Ann));
            Assert.NotEmpty(FilesWith(Data, wrapped));
        }

        Assert.True(await store.Personal.ScrubAsync());
        Assert.Empty(FilesWith(Data, wrapped));
    }

    [Fact]
    public async Task S30_S06_Who_was_erased_stays_erased_when_an_older_backup_comes_back()
    {
        var store = await OpenAsync(Data);
        await FillAsync(store);
        await store.BackupAsync(Backup);
        await EraseAsync(store);
        await store.DisposeAsync();

        var target = Path.Combine(_folder, "restored");
        await SqliteStore.RestoreAsync(
            Backup,
            target,
            new() { KeysDirectory = Path.Combine(Data, "keys") },
            _clock,
            NullLoggerFactory.Instance
        );

        await using var restored = await OpenAsync(target, Path.Combine(Data, "keys"));
        Assert.Equal([null], await NamesAsync(restored));
        Assert.Empty((await StoreVerification.RunAsync(restored)).Faults);
        var fork = Assert.Single(
            await restored.Journal.SearchAsync(new() { Org = "", Operation = "installation.restore" })
        );
        Assert.Contains("\"erasedAgain\":\"1\"", fork.Body, StringComparison.Ordinal);
        await WriteAsync(restored, Ann);
        Assert.Equal([null, null], await NamesAsync(restored));
    }

    [Fact]
    public async Task S30_A_list_of_erasures_that_was_cut_off_is_read_and_written_on()
    {
        var store = await OpenAsync(Data);
        await FillAsync(store);
        await EraseAsync(store);
        await store.DisposeAsync();
        var list = Path.Combine(Data, "keys", "erased.jsonl");
        var whole = await File.ReadAllTextAsync(list);
        await File.WriteAllTextAsync(list, whole[..^5]);

        await using var again = await OpenAsync(Data);
        await again.Personal.NoteErasedAsync();

        Assert.Equal(whole.Split('\n').Order(), (await File.ReadAllTextAsync(list)).Split('\n').Order());
    }

    [Fact]
    public async Task S05_S06_The_fork_is_declared_in_every_log_with_its_last_checkpoint()
    {
        var store = await OpenAsync(Data);
        foreach (var org in new[] { "acme", "other", "" })
        {
            await SealAsync(store, org);
        }

        var last = (await store.Audit.CheckpointAsync("acme"))!.Checkpoint;
        await store.BackupAsync(Backup);
        await SealAsync(store, "acme");
        await store.DisposeAsync();

        var target = Path.Combine(_folder, "restored");
        await SqliteStore.RestoreAsync(
            Backup,
            target,
            new() { KeysDirectory = Path.Combine(Data, "keys") },
            _clock,
            NullLoggerFactory.Instance
        );

        await using var restored = await OpenAsync(target, Path.Combine(Data, "keys"));
        foreach (var org in new[] { "acme", "other", "" })
        {
            var filter = new EntryFilter { Org = org, Operation = "installation.restore" };
            var fork = Assert.Single(await restored.Journal.SearchAsync(filter));
            using var body = JsonDocument.Parse(fork.Body);
            var details = body.RootElement.GetProperty("details");
            Assert.Equal("1", details.GetProperty("checkpointSize").GetString());
            if (org == "acme")
            {
                Assert.Equal(last.Origin, details.GetProperty("checkpointOrigin").GetString());
                Assert.Equal(Convert.ToBase64String(last.Root.Span), details.GetProperty("checkpointRoot").GetString());
            }

            // It goes on from there, and the record of the fork is what comes next.
            using var signer = NoteSigner.Create((await restored.Audit.OpenAsync(org)).Origin);
            await restored.Audit.SealAsync(org, signer);
            Assert.Equal(1, await restored.Audit.IndexOfAsync(fork.Stream, 1));
        }

        Assert.Empty(await restored.Audit.VerifyAsync());
    }

    private static async Task SealAsync(SqliteStore store, string org)
    {
        var stream = org.Length == 0 ? StreamId.Installation("n1") : StreamId.Records(org, "n1");
        await store.Journal.AppendAsync(new() { Org = org, Writes = [new(stream, null, [EntryOf(Ann)])] });
        using var signer = NoteSigner.Create((await store.Audit.OpenAsync(org)).Origin);
        await store.Audit.SealAsync(org, signer);
    }

    private static EntryDraft EntryOf(Caller caller) =>
        new()
        {
            Caller = caller,
            Operation = "app.get",
            ResourceType = "Application",
            Resource = "staging/web",
        };

    private async Task<SqliteStore> OpenAsync(string data, string? keys = null)
    {
        var options = SqliteHarness.OptionsFor(data);
        options.KeysDirectory = keys;
        return await SqliteStore.OpenAsync(options, _clock, NullLoggerFactory.Instance);
    }

    private async Task FillAsync(SqliteStore store)
    {
        var job = new JobDraft
        {
            Id = "j1",
            Kind = "k",
            Org = "acme",
            Stream = "app/acme/a/b",
            Operation = "app.get",
            Resource = "a/b",
            Caller = Ann,
        };
        var ticket = new Ticket
        {
            Hash = "h1",
            Kind = "session",
            Id = "i",
            Subject = "u1",
            Name = "n",
            Created = _clock.GetUtcNow(),
            Expires = DateTimeOffset.MaxValue,
        };
        await store.Journal.AppendAsync(
            new()
            {
                Org = "acme",
                Writes =
                [
                    new(new("rec/acme/n1"), null, [EntryOf(Ann)]),
                    new(new("app/acme/a/b"), 0, [EntryOf(Ann) with { Event = new Begun(Ann.Principal) }]),
                ],
                Views = [new("acme", "app", "a/b", ViewJson.Write(new Begun(Ann.Principal)))],
                Jobs = [job],
                Tickets = [new TicketWrite.Put(ticket)],
            }
        );
        store.Tickets.Touch("h1", Ann.Ip, Ann.Client);
        using var signer = await LogKeys.BeginAsync(store);
        await store.Audit.SealAsync("acme", signer);
        while (await store.Search.IndexAsync("acme") > 0) { }
    }

    private static Task<AppendResult> WriteAsync(SqliteStore store, Caller caller) =>
        store.Journal.AppendAsync(new() { Org = "acme", Writes = [new(new("rec/acme/n1"), null, [EntryOf(caller)])] });

    private static async Task WriteUntilAsync(SqliteStore store, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var entries = Enumerable.Repeat(EntryOf(Ann with { Principal = new(PrincipalKind.User, "v1", "x") }), 250);
            var append = new Append { Org = "acme", Writes = [new(new("rec/acme/n1"), null, [.. entries])] };
            Assert.IsType<Appended>(await store.Journal.AppendAsync(append, CancellationToken.None));
        }
    }

    private static async Task EraseAsync(SqliteStore store, params string[] others)
    {
        await DestroyAsync(store, others);
        await store.Personal.NoteErasedAsync();
        Assert.True(await store.Personal.ScrubAsync());
    }

    private static Task<AppendResult> DestroyAsync(SqliteStore store, params string[] others) =>
        store.Journal.AppendAsync(
            new()
            {
                Org = "",
                Writes =
                [
                    new(
                        StreamId.User("u1"),
                        0,
                        [EntryOf(Ann with { Principal = new(PrincipalKind.Operator, "root", "") })]
                    ),
                ],
                Tickets = [new TicketWrite.DeleteAll("u1")],
                Erasures =
                [
                    .. others.Prepend("u1").Select(person => new KeyErasure(PersonScope.Of(person), Whole: true)),
                ],
            }
        );

    private static async Task<List<string?>> NamesAsync(SqliteStore store)
    {
        var names = new List<string?>();
        await foreach (var entry in store.Journal.ReadAsync(new("rec/acme/n1"), 0))
        {
            using var body = JsonDocument.Parse(entry.Body);
            names.Add((await store.Personal.OpenAsync(body.RootElement)).Fields?.Name);
        }

        return names;
    }

    private byte[] Wrapped(string scope)
    {
        using var connection = new SqliteConnection(ReadOnly);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT wrapped FROM data_key WHERE scope = $scope";
        command.Parameters.AddWithValue("$scope", scope);
        return (byte[])command.ExecuteScalar()!;
    }

    private static List<string> Found(string folder) =>
        [
            .. new[] { Ann.Principal.Name, Ann.Ip, Ann.Client }.SelectMany(value =>
                FilesWith(folder, Encoding.UTF8.GetBytes(value))
            ),
        ];

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
