using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Driver;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Two servers, of which one follows the other until that is gone.</summary>
public sealed class PostgresStandbyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-standby-").FullName;
    private PostgresServer? _primary;
    private PostgresServer? _standby;
    private string _database = "";

    private PostgresServer Primary => _primary!;

    private PostgresServer Standby => _standby!;

    public async Task InitializeAsync()
    {
        _primary = await PostgresServer.StartAsync();
        _database = await Primary.CreateDatabaseAsync();
        await PostgresStore.MigrateAsync(
            PostgresHarness.OptionsFor(Primary, _database, ""),
            NullLoggerFactory.Instance
        );
        _standby = await Primary.StandbyAsync();
    }

    public async Task DisposeAsync()
    {
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_standby_is_no_database_until_it_is_promoted()
    {
        var options = PostgresHarness.OptionsFor(Standby, _database, _folder);

        var fault = await Assert.ThrowsAnyAsync<NpgsqlException>(() =>
            PostgresStore.OpenAsync(options, null, NullLoggerFactory.Instance)
        );
        Assert.Contains("is a standby", fault.Message, StringComparison.Ordinal);
        Assert.NotNull(StoreAway.FaultIn(fault));

        await Standby.RunAsync("postgres", "SELECT pg_promote()");
        await using var store = await PostgresStore.OpenAsync(options, null, NullLoggerFactory.Instance);
        Assert.IsType<Appended>(await store.Journal.AppendAsync(StoreTest.One("app/acme/a/b", 0)));
    }

    [Fact]
    public async Task A_store_goes_on_with_the_server_that_takes_over_and_has_all_that_was_acknowledged()
    {
        // What is acknowledged is on both: without that a fail-over loses what the standby had not got.
        await Primary.RunAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await Primary.RunAsync("postgres", "SELECT pg_reload_conf()");
        var options = PostgresHarness.OptionsFor(Primary, _database, _folder);
        options.ConnectionString = Either(options.ConnectionString);
        options.OwnerConnectionString = Either(options.OwnerConnectionString!);
        options.RetentionConnectionString = Either(options.RetentionConnectionString!);
        await using var store = await PostgresStore.OpenAsync(options, null, NullLoggerFactory.Instance);
        var acknowledged = 0;
        using var end = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (; !end.IsCancellationRequested; acknowledged++)
            {
                var next = StoreTest.One("app/acme/a/b", Volatile.Read(ref acknowledged));
                Assert.IsType<Appended>(await store.Journal.AppendAsync(next));
            }
        });
        await UntilAsync(() => Volatile.Read(ref acknowledged) > 20);

        await Primary.CrashAsync();
        await Standby.RunAsync("postgres", "SELECT pg_promote()");
        var before = Volatile.Read(ref acknowledged);
        await UntilAsync(() => Volatile.Read(ref acknowledged) > before + 20);
        await end.CancelAsync();
        await writing;

        Assert.Null(await store.Journal.VerifyAsync(new("app/acme/a/b")));
        Assert.Equal(
            acknowledged,
            await Standby.RunAsync(_database, "SELECT count(*) FROM journal WHERE stream = 'app/acme/a/b'")
        );

        async Task UntilAsync(Func<bool> seen)
        {
            var until = DateTime.UtcNow + Patience;
            while (!seen())
            {
                Assert.False(writing.IsCompleted, $"it has ended: {writing.Exception}");
                Assert.True(DateTime.UtcNow < until, $"{acknowledged} were acknowledged");
                await Task.Delay(20);
            }
        }
    }

    private string Either(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = $"{Primary.Folder},{Standby.Folder}",
            TargetSessionAttributes = "primary",
            HostRecheckSeconds = 1,
        }.ConnectionString;
}
