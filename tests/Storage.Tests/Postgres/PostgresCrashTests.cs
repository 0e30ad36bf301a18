using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Driver;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>
/// A server that is killed with what it need not have on the disk, right after it acknowledged something, and a process
/// that is killed with it before it could tell the others.
/// </summary>
public sealed class PostgresCrashTests : IAsyncLifetime
{
    private const int Streams = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WaitingClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("pk-").FullName;
    private PostgresServer? _server;
    private CuttingProxy? _proxy;
    private PostgresStore? _killed;
    private PostgresStore? _other;
    private string _database = "";

    private PostgresServer Server => _server!;

    private CuttingProxy Proxy => _proxy!;

    private PostgresStore Killed => _killed!;

    private PostgresStore Other => _other!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _database = await _server.CreateDatabaseAsync();
        _proxy = CuttingProxy.Start(_server.Folder, Path.Combine(_folder, "s"), seed: 0, share: 0);
        _other = await OpenAsync("other", _server.Folder, _clock);
        _killed = await OpenAsync("killed", _proxy.Folder, null);

        // The longest that it keeps in memory what nobody waits for.
        await _server.RunAsync("postgres", "ALTER SYSTEM SET wal_writer_delay = '10s'");
        await _server.RunAsync("postgres", "SELECT pg_reload_conf()");
    }

    public async Task DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Killed.DisposeAsync();
        await Other.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_and_a_job_that_nobody_was_told_of_is_done()
    {
        var heard = HearAsync();
        await AppendAsync(head: 0, withJobs: false);
        await heard;
        var due = Other.Jobs.WaitForDueAsync(WaitingClock.Long);
        // It has looked by itself, and found none: from here on somebody has to tell it.
        await _clock.Waits.WaitAsync(Patience);
        var notice = Proxy.HoldAsync("job/app/acme/a");

        // On connections that notices were sent by, which need not be on the disk.
        await AppendAsync(head: 1, withJobs: true);
        await notice;
        // Once it is gone, that alone may have others look.
        Assert.False(due.IsCompleted, "somebody told of the jobs");
        await Server.CrashAsync();
        await Proxy.DisposeAsync();
        await Server.BeginAgainAsync();

        await due.WaitAsync(Patience);
        var heads = await Other.Journal.HeadsAsync([.. Enumerable.Range(0, Streams).Select(StreamOf)]);
        Assert.All(heads, head => Assert.Equal(2, head.Head));
        await Other.Jobs.RegisterAsync(new("n1", "", []));
        var claimed = await Other.Jobs.ClaimAsync("n1", Streams);
        Assert.Equal(Enumerable.Range(0, Streams).Select(JobOf), claimed.Select(job => job.Job.Id).Order());
        Assert.All(
            await Task.WhenAll(claimed.Select(job => Other.Jobs.EndAsync(job.Fence, new JobEnd.Done()))),
            Assert.True
        );
    }

    private static StreamId StreamOf(int number) => new($"app/acme/a/x{number}");

    private static string JobOf(int number) => $"j{number}";

    private async Task AppendAsync(int head, bool withJobs)
    {
        var appends = Enumerable
            .Range(0, Streams)
            .Select(i =>
                Killed.Journal.AppendAsync(
                    StoreTest.One(StreamOf(i).Value, head) with
                    {
                        Jobs = withJobs ? [StoreTest.Work(JobOf(i), StreamOf(i).Value)] : [],
                    }
                )
            );
        Assert.All(await Task.WhenAll(appends), result => Assert.IsType<Appended>(result));
    }

    /// <summary>Until the other process has heard of something.</summary>
    private async Task HearAsync()
    {
        using var heard = new CancellationTokenSource(Patience);
        await foreach (var change in Other.Changes.SubscribeAsync("app/acme/", heard.Token))
        {
            return;
        }
    }

    private Task<PostgresStore> OpenAsync(string name, string socket, TimeProvider? clock)
    {
        var options = PostgresHarness.OptionsFor(Server, _database, _folder);
        options.LogsDirectory += name;
        options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Host = socket,
        }.ConnectionString;
        return PostgresStore.OpenAsync(options, clock, NullLoggerFactory.Instance);
    }

    /// <summary>The machine's, which says when somebody waits for long.</summary>
    private sealed class WaitingClock : TimeProvider
    {
        public static readonly TimeSpan Long = TimeSpan.FromHours(1);

        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waits => _waits.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Long)
            {
                _waits.TrySetResult();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
