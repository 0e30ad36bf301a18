using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Driver;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Moving;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Sqlite;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Tests.Moving;

/// <summary>From a folder with an embedded store to a PostgreSQL database.</summary>
public sealed class StoreMoveTests : StoreTest, IAsyncLifetime
{
    private readonly SqliteHarness _harness;
    private readonly List<string> _told = [];
    private PostgresServer _server = null!;
    private string _database = "";

    public StoreMoveTests()
        : this(new()) { }

    private StoreMoveTests(SqliteHarness harness)
        : base(harness) => _harness = harness;

    private string Data => _harness.Options.DataDirectory;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _server = await PostgresServer.GetAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _server.DropDatabaseAsync(_database);
    }

    private PostgresStoreOptions Target(string? folder = null)
    {
        var options = new PostgresStoreOptions
        {
            ConnectionString = _server.ConnectionString(_database, "app"),
            OwnerConnectionString = _server.ConnectionString(_database, "owner"),
            RetentionConnectionString = _server.ConnectionString(_database, "retention"),
            Events = SqliteHarness.Events,
            MaxConnections = 8,
        };
        options.KeepBelow(folder ?? Data);
        return options;
    }

    private Task<MoveReport> MoveAsync(PostgresStoreOptions? to = null, Action<string>? tell = null) =>
        new StoreMove(
            _harness.Options,
            to ?? Target(),
            "root",
            NullLoggerFactory.Instance,
            tell ?? _told.Add
        ).RunAsync();

    private Task<PostgresStore> OpenTargetAsync(PostgresStoreOptions? options = null) =>
        PostgresStore.OpenAsync(options ?? Target(), Clock, NullLoggerFactory.Instance);

    private Task<long> CountAsync(string sql) => _server.RunAsync(_database, sql);

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "palisade.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Something in every table; gives the signed checkpoint.</summary>
    private async Task<(Sealed Secret, StoredCheckpoint Checkpoint)> FillAsync()
    {
        await Store.Jobs.RegisterAsync(new("n1", "", []));
        for (var i = 0; i < 20; i++)
        {
            await Store.Journal.AppendAsync(
                Append(Write($"app/acme/staging/a{i}", 0), Write("rec/acme/n1", null)) with
                {
                    Views = [new("acme", "app", $"a{i}", "{\"n\":\"ä\"}") { Sort = $"a{i}" }],
                    Jobs = [Work($"j{i}", $"app/acme/staging/a{i}") with { Standing = i == 3 }],
                    Idempotency = new($"k{i}", "{}", Clock.GetUtcNow().AddDays(1)),
                }
            );
        }

        var claimed = await Store.Jobs.ClaimAsync("n1", 3);
        await Store.Jobs.ProgressAsync(claimed[0].Fence, "half \0 done");
        await Store.Jobs.EndAsync(claimed[1].Fence, new JobEnd.Failed("no"));
        await Store.Deliveries.SaveAsync(claimed[0].Fence, "acme", "one", new(3) { Failures = 1, Error = "it hurts" });
        await Store.Journal.SaveSnapshotAsync(new("app/acme/staging/a1"), new(1, 1, new byte[] { 1, 0, 2 }));
        await Store.Objects.PutAsync("acme", "source/a", new MemoryStream(new byte[3_000_000]), new(4_000_000));
        await Store.Logs.AppendAsync("app/acme/staging/web", [new(Clock.GetUtcNow(), "s", "a line")]);
        await Store.Logs.FlushAsync("app/acme/staging/web");
        using (var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin))
        {
            await Store.Audit.SealAsync("acme", signer);
        }

        // Waits for its place.
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        return (
            await Store.Sealer.SealAsync("app/acme/staging/web", "secret"u8.ToArray(), "env"),
            (await Store.Audit.CheckpointAsync("acme"))!
        );
    }

    [Fact]
    public async Task Everything_is_there_and_goes_on_where_it_was()
    {
        var (secret, checkpoint) = await FillAsync();
        var entries = await EntriesAsync("rec/acme/n1");
        var proof = await Store.Audit.HashesAsync("acme", [new(0, 7), new(7, checkpoint.Size)]);
        await Store.DisposeAsync();

        var report = await MoveAsync();

        Assert.Equal(41, report.Rows["journal"]);
        Assert.Equal(40, report.Rows["leaf"]);
        Assert.Equal(1, report.Rows["unsealed"]);
        Assert.Equal(20, report.Rows["idempotency"]);
        Assert.All(
            ["view", "job", "object", "delivery", "snapshot", "data_key", "master_key", "checkpoint"],
            table => Assert.NotEqual(0, report.Rows[table])
        );
        await using var target = await OpenTargetAsync();
        Assert.Empty(await target.Audit.VerifyAsync());
        Assert.Null(await target.Journal.VerifyAsync(new("rec/acme/n1")));
        var moved = await target.Journal.ReadAsync(new("rec/acme/n1"), 0).ToListAsync();
        Assert.Equal(entries.Select(entry => entry.Body), moved.Select(entry => entry.Body));
        Assert.Equal(checkpoint.Note.ToString(), (await target.Audit.CheckpointAsync("acme"))!.Note.ToString());
        Assert.Equal<byte[]>(proof, await target.Audit.HashesAsync("acme", [new(0, 7), new(7, checkpoint.Size)]));
        Assert.Equal("secret"u8.ToArray(), await target.Sealer.OpenAsync("app/acme/staging/web", secret, "env"));
        Assert.Equal(1, (await target.Journal.ReadSnapshotAsync(new("app/acme/staging/a1"), 1))!.Seq);
        Assert.Equal("it hurts", (await target.Deliveries.FindAsync("acme", "one"))!.Error);
        Assert.Equal(
            "a line",
            Assert.Single(await target.Logs.ReadAsync("app/acme/staging/web", new()).ToListAsync()).Text
        );
        await using (var stream = await target.Objects.OpenAsync("acme", "source/a"))
        {
            await stream!.CopyToAsync(Stream.Null);
        }

        Assert.Equal("half \uFFFD done", (await target.Jobs.GetAsync("j0"))!.Progress);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM job WHERE standing AND id = 'j3'"));
        Assert.IsType<AlreadyDone>(
            await target.Journal.AppendAsync(
                Append(Write("rec/acme/n1", null)) with
                {
                    Idempotency = new("k1", "{}", Clock.GetUtcNow().AddDays(1)),
                }
            )
        );
        Assert.IsType<Appended>(
            await target.Journal.AppendAsync(
                Append(Write("app/acme/staging/a1", 1)) with
                {
                    Jobs = [Work("new", "app/acme/staging/new")],
                }
            )
        );
        Assert.Equal(21, await CountAsync("SELECT n FROM job WHERE id = 'new'"));
        await target.Jobs.RegisterAsync(new("n2", "", []));
        Assert.Equal(20, (await target.Jobs.ClaimAsync("n2", 50)).Length);
    }

    [Fact]
    public async Task S04_The_move_is_on_record_and_nobody_opens_what_stayed_behind()
    {
        await FillAsync();
        await Store.DisposeAsync();

        var report = await MoveAsync();

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => _harness.OpenAsync(Clock));
        Assert.Contains("was moved to PostgreSQL", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnusableException>(() => MoveAsync());
        await using var target = await OpenTargetAsync();
        var record = Assert.Single(
            await target.Journal.SearchAsync(new() { Org = "", Operation = "installation.move" })
        );
        Assert.Contains(report.HeadsDigest, record.Body, StringComparison.Ordinal);
        Assert.Equal(PrincipalKind.Operator, record.Actor.Kind);
    }

    [Fact]
    public async Task Files_go_to_the_folders_of_the_target()
    {
        await FillAsync();
        await Store.DisposeAsync();
        var to = Target(Path.Combine(_harness.Folder, "shared"));

        var report = await MoveAsync(to);

        Assert.True(report.Files >= 3, $"{report.Files} files");
        await using var target = await OpenTargetAsync(to);
        await using var stream = await target.Objects.OpenAsync("acme", "source/a");
        await stream!.CopyToAsync(Stream.Null);
        Assert.Single(await target.Logs.ReadAsync("app/acme/staging/web", new()).ToListAsync());
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Data, "keys", MasterKeyRing.FileName)),
            await File.ReadAllBytesAsync(Path.Combine(to.KeysDirectory, MasterKeyRing.FileName))
        );
    }

    [Fact]
    public async Task What_broke_off_in_the_middle_leaves_nothing_and_is_begun_again()
    {
        await FillAsync();
        await Store.DisposeAsync();
        var before = await File.ReadAllBytesAsync(Path.Combine(Data, "palisade.db"));

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            MoveAsync(tell: line =>
            {
                if (line.StartsWith("object:", StringComparison.Ordinal))
                {
                    throw new OperationCanceledException();
                }
            })
        );

        Assert.Equal(0, await CountAsync("SELECT count(*) FROM journal"));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Data, "palisade.db")));
        Assert.Equal(41, (await MoveAsync()).Rows["journal"]);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Data, "palisade.db")));
    }

    [Fact]
    public async Task What_was_committed_before_it_was_killed_is_finished()
    {
        await FillAsync();
        await Store.DisposeAsync();
        await MoveAsync();
        // As if it had been killed before it recorded the move and marked the folder.
        File.Delete(Path.Combine(Data, "moved.json"));

        Assert.Empty((await MoveAsync()).Rows);

        await using var target = await OpenTargetAsync();
        Assert.Single(await target.Journal.SearchAsync(new() { Org = "", Operation = "installation.move" }));
        Assert.True(File.Exists(Path.Combine(Data, "moved.json")));
    }

    [Fact]
    public async Task A_running_server_is_not_moved()
    {
        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => MoveAsync());

        Assert.Contains("in use", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_holds_something_is_refused_and_left_alone()
    {
        await FillAsync();
        await Store.DisposeAsync();
        var other = Target(Path.Combine(_harness.Folder, "other"));
        await using (var target = await OpenTargetAsync(other))
        {
            await target.Journal.AppendAsync(Append(Write("rec/acme/other", null)));
        }

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => MoveAsync());

        Assert.Contains("data of its own", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM journal"));
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused_and_left_alone()
    {
        await Store.DisposeAsync();
        await CountAsync("CREATE TABLE theirs (n integer)");

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => MoveAsync());

        Assert.Contains("something else (theirs)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_class WHERE relname = 'journal'"));
    }

    [Theory]
    [InlineData("DROP TRIGGER journal_body_no_update; UPDATE journal_body SET body = '{}' WHERE seq = 2", "damaged")]
    [InlineData("DELETE FROM migration WHERE version = 6", "older version")]
    [InlineData("INSERT INTO migration VALUES (99, 'future', 0)", "newer version")]
    [InlineData("UPDATE master_key SET check_value = x'00'", "master key")]
    [InlineData("UPDATE view SET json = json || char(0)", "U+0000")]
    public async Task A_source_that_is_not_whole_or_not_of_this_version_is_refused(string sql, string why)
    {
        await FillAsync();
        await Store.DisposeAsync();
        Sql(sql);

        var fault = await Assert.ThrowsAsync<StoreUnusableException>(() => MoveAsync());

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, "moved.json")));
    }
}
