using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;
using Palisade.Storage.Usage;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Several stores on one database, as several processes have it.</summary>
public sealed class PostgresClusterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ITestOutputHelper _output;
    private readonly PostgresHarness _harness;
    private readonly List<PostgresStore> _stores = [];

    public PostgresClusterTests(ITestOutputHelper output)
        : this(output, new()) { }

    private PostgresClusterTests(ITestOutputHelper output, PostgresHarness harness) =>
        (_output, _harness) = (output, harness);

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _stores.Add(await _harness.OpenAsync(clock: null, options => options.LogsDirectory += $"-{i}"));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task Of_those_who_append_at_one_head_exactly_one_wins()
    {
        for (var head = 0; head < 30; head++)
        {
            var results = await Task.WhenAll(
                _stores
                    .SelectMany(store => Enumerable.Range(0, 3).Select(_ => store))
                    .Select(store => Task.Run(() => store.Journal.AppendAsync(StoreTest.One("app/acme/a/b", head))))
            );

            Assert.Single(results.OfType<Appended>());
            Assert.All(results.OfType<HeadMoved>(), lost => Assert.Equal(head + 1, lost.Actual));
            Assert.Equal(9, results.Count(result => result is Appended or HeadMoved));
        }

        Assert.Null(await _stores[0].Journal.VerifyAsync(new("app/acme/a/b")));
    }

    [Fact]
    public async Task A_limit_of_rows_holds_across_processes()
    {
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    Task.Run(() =>
                        _stores[i % 3]
                            .Journal.AppendAsync(
                                StoreTest.One($"app/acme/a/x{i}", 0) with
                                {
                                    Limits = [new("app", 7)],
                                    Views = [new("acme", "app", $"a/x{i}", "{}")],
                                }
                            )
                    )
                )
        );

        Assert.Equal(7, results.Count(result => result is Appended));
        Assert.Equal(23, results.Count(result => result is LimitReached));
    }

    [Fact]
    public async Task One_idempotency_key_is_done_once_across_processes()
    {
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    Task.Run(() =>
                        _stores[i % 3]
                            .Journal.AppendAsync(
                                StoreTest.One($"app/acme/a/x{i}", 0) with
                                {
                                    Idempotency = new("u1:k", $"{i}", DateTimeOffset.MaxValue),
                                }
                            )
                    )
                )
        );

        var won = Array.FindIndex(results, result => result is Appended);
        Assert.Single(results.OfType<Appended>());
        Assert.All(results.OfType<AlreadyDone>(), done => Assert.Equal($"{won}", done.Answer));
        Assert.Equal(11, results.OfType<AlreadyDone>().Count());
    }

    [Fact]
    public async Task Jobs_are_claimed_once_and_never_two_of_one_kind_and_stream()
    {
        var jobs = Enumerable.Range(0, 60).Select(i => StoreTest.Work($"j{i}", $"app/acme/s/x{i % 20}")).ToList();
        await _stores[0].Journal.AppendAsync(new() { Org = "acme", Jobs = [.. jobs] });
        var (running, done) = (new ConcurrentDictionary<string, string>(), new ConcurrentBag<string>());

        await Task.WhenAll(
            _stores.Select(
                (store, i) =>
                    Task.Run(async () =>
                    {
                        await store.Jobs.RegisterAsync(new($"n{i}", "", []));
                        using var over = new CancellationTokenSource();
                        var beating = BeatAsync(store, $"n{i}", over.Token);
                        while (done.Count < jobs.Count)
                        {
                            foreach (var claimed in await store.Jobs.ClaimAsync($"n{i}", 5))
                            {
                                Assert.Equal(1, claimed.Attempt);
                                Assert.True(running.TryAdd(claimed.Job.Stream, claimed.Job.Id), claimed.Job.Id);
                                await Task.Yield();
                                running.TryRemove(claimed.Job.Stream, out _);
                                done.Add(claimed.Job.Id);
                                Assert.True(await store.Jobs.EndAsync(claimed.Fence, new JobEnd.Done()));
                            }
                        }

                        await over.CancelAsync();
                        await beating;
                    })
            )
        );

        Assert.Equal(jobs.Count, done.Distinct().Count());
    }

    [Fact]
    public async Task What_one_process_commits_another_hears_of()
    {
        var changes = _stores[1].Changes.SubscribeAsync("app/acme/").GetAsyncEnumerator();
        await _stores[1].Jobs.RegisterAsync(new("n1", "", []));
        using var over = new CancellationTokenSource();
        var beating = BeatAsync(_stores[1], "n1", over.Token);
        var due = _stores[1].Jobs.WaitForDueAsync(TimeSpan.FromHours(1));

        await _stores[0]
            .Journal.AppendAsync(
                StoreTest.One("app/acme/a/b", 0) with
                {
                    Jobs = [StoreTest.Work("j1", "app/acme/a/b")],
                }
            );

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(new Change("app/acme/a/b", 1), changes.Current);
        await due.WaitAsync(Patience);
        await changes.DisposeAsync();
        await over.CancelAsync();
        await beating;
    }

    /// <summary>A node that lives: one that is not heard of is said to have gone.</summary>
    private static async Task BeatAsync(PostgresStore store, string node, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await store.Jobs.HeartbeatAsync(node, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(200), over)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [Fact]
    public async Task Whoever_lost_its_connection_looks_again()
    {
        var changes = _stores[1].Changes.SubscribeAsync("app/acme/").GetAsyncEnumerator();

        await _harness.Server.RunAsync(
            "postgres",
            $"""
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = '{_harness.Database}' AND query LIKE 'LISTEN%'
            """
        );

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(new Change("", 0), changes.Current);
        await changes.DisposeAsync();
    }

    [Fact]
    public async Task When_a_process_is_gone_that_may_have_told_nothing_of_its_last_commit_everybody_looks_again()
    {
        await _stores[0].Jobs.RegisterAsync(new("killed", "", []));
        var changes = _stores[1].Changes.SubscribeAsync("app/acme/").GetAsyncEnumerator();
        await using var _ = changes;

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Patience));

        Assert.Equal("", changes.Current.Topic);
    }

    [Fact]
    public async Task S30_what_one_process_erases_another_does_not_hold_in_memory()
    {
        var (scope, changes) = ("user/u1", _stores[1].Changes.SubscribeAsync("none").GetAsyncEnumerator());
        var name = await _stores[0].Sealer.SealAsync(scope, "Ada"u8.ToArray(), "name");
        Assert.Equal("Ada"u8.ToArray(), await _stores[1].Sealer.OpenAsync(scope, name, "name"));

        await _stores[0].Journal.AppendAsync(StoreTest.One("user/u1", 0) with { Erasures = [new(scope, Whole: true)] });

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Null(await _stores[1].Sealer.OpenUnlessErasedAsync(scope, name, "name"));
        await changes.DisposeAsync();
    }

    [Fact]
    public async Task S30_what_another_process_erased_and_could_not_tell_is_forgotten_within_a_minute()
    {
        var clock = new ManualClock();
        var store = await _harness.OpenAsync(clock, options => options.LogsDirectory += "-more");
        _stores.Add(store);
        var scope = "user/u1";
        var name = await store.Sealer.SealAsync(scope, "Ada"u8.ToArray(), "name");

        // As a process does it that is killed before it has told.
        await _harness.Server.RunAsync(
            _harness.Database,
            """
            WITH gone AS (DELETE FROM data_key WHERE scope = 'user/u1' RETURNING id, scope),
            told AS (INSERT INTO erased_key (id, scope, at) SELECT id, scope, 0 FROM gone RETURNING 1)
            SELECT count(*) FROM told
            """
        );
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await store.Sealer.OpenUnlessErasedAsync(scope, name, "name"));
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await store.Sealer.OpenUnlessErasedAsync(scope, name, "name"));
    }

    [Fact]
    public async Task S08_tries_are_counted_by_all_processes_together()
    {
        var limit = new AttemptLimit(10, TimeSpan.FromHours(1));
        var waits = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i => Task.Run(() => _stores[i % 3].Attempts.TakeAsync("network/192.0.2.1", limit)))
        );

        Assert.Equal(10, waits.Count(wait => wait == TimeSpan.Zero));
        // One that read the clock before the first that was counted did may wait for that, and not for the next try.
        Assert.All(
            waits.Where(wait => wait > TimeSpan.FromSeconds(5)),
            wait => Assert.InRange(wait.TotalMinutes, 59, 61)
        );
        Assert.InRange(waits.Count(wait => wait > TimeSpan.FromMinutes(59)), 40, 50);

        // SECURITY: the database is not told whose they are.
        var told = await _harness.Server.RunAsync(
            _harness.Database,
            "SELECT count(*) FROM attempt WHERE key ~ '^[0-9a-f]{32}$'"
        );
        Assert.Equal(1, told);
        Assert.Equal(1, await _harness.Server.RunAsync(_harness.Database, "SELECT count(*) FROM attempt"));
    }

    [Fact]
    public async Task Of_processes_that_need_the_first_key_of_a_scope_one_makes_it()
    {
        var prints = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i => Task.Run(() => _stores[i % 3].Sealer.FingerprintAsync("org/acme", "x"u8.ToArray())))
        );

        Assert.Single(prints.Distinct());
    }

    [Fact]
    public async Task Times_are_the_databases_whatever_this_machine_thinks()
    {
        var before = await ClockAsync();
        var result = await _stores[0].Journal.AppendAsync(StoreTest.One("app/acme/a/b", 0));
        var after = await ClockAsync();

        // Measured over a round trip, which the bounds have not.
        var at = Assert.IsType<Appended>(result).At;
        Assert.InRange(at, before.AddMilliseconds(-50), after.AddMilliseconds(50));

        async Task<DateTimeOffset> ClockAsync() =>
            DateTimeOffset.UnixEpoch.AddMicroseconds(
                await _harness.Server.RunAsync(
                    "postgres",
                    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
                )
            );
    }

    [Fact]
    public async Task Connections_that_break_at_any_moment_lose_and_double_nothing()
    {
        const int writers = 8,
            appends = 60;
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("PALISADE_SEED"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : Environment.TickCount;
        _output.WriteLine($"PALISADE_SEED={seed}");
        var acknowledged = new ConcurrentBag<(string Stream, long Seq, string RequestId)>();
        using var stop = new CancellationTokenSource();
        var killer = KillAsync(new Random(seed), () => acknowledged.Count, stop.Token);

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer))));
        await stop.CancelAsync();
        Assert.True(await killer > 0, "no connection was broken");

        var entries = new List<StoredEntry>();
        foreach (var stream in acknowledged.Select(entry => entry.Stream).Distinct())
        {
            Assert.Null(await _stores[0].Journal.VerifyAsync(new(stream)));
            await foreach (var entry in _stores[0].Journal.ReadAsync(new(stream), 0))
            {
                entries.Add(entry);
            }
        }

        Assert.Equal(2 * writers * appends, acknowledged.Count);
        Assert.Equal(
            acknowledged.Order(),
            entries.Select(entry => (entry.Stream.Value, entry.Seq, entry.RequestId)).Order()
        );
        Assert.Equal(writers * appends, await _stores[0].Views.CountAsync("acme", "written", ""));

        async Task WriteAsync(int writer)
        {
            var random = new Random(seed + writer);
            var store = _stores[writer % _stores.Count];
            for (var i = 0; i < appends; )
            {
                var (app, record) = ($"app/acme/a/x{random.Next(3)}", $"rec/acme/n{writer % _stores.Count}");
                var request = $"{writer}-{i}";
                var head = (await store.Journal.HeadsAsync([new(app)]))[0].Head;
                var entry = StoreTest.Of(request);
                var result = await store.Journal.AppendAsync(
                    new()
                    {
                        Org = "acme",
                        Writes = [new(new(app), head, [entry]), new(new(record), null, [entry])],
                        Views = [new("acme", "written", request, "{}")],
                    }
                );
                if (result is Appended appended)
                {
                    i++;
                    acknowledged.Add((app, appended.Heads[0].Head, request));
                    acknowledged.Add((record, appended.Heads[1].Head, request));
                }
                else
                {
                    Assert.IsType<HeadMoved>(result);
                }
            }
        }
    }

    // Ends a backend that is in the middle of something, again and again: as often as anything is done, however slowly.
    private async Task<long> KillAsync(Random random, Func<int> done, CancellationToken cancellationToken)
    {
        var (killed, enough) = (0L, 0);
        await using var connection = new NpgsqlConnection(_harness.Server.ConnectionString("postgres"));
        await connection.OpenAsync(CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            await using var kill = new NpgsqlCommand(
                $"""
                SELECT count(pg_terminate_backend(pid)) FROM (
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = '{_harness.Database}' AND state = 'active' ORDER BY random() LIMIT 1) AS one
                """,
                connection
            );
            killed += (long)(await kill.ExecuteScalarAsync(CancellationToken.None))!;
            for (enough = done() + random.Next(4); done() < enough && !cancellationToken.IsCancellationRequested; )
            {
                await Task.WhenAny(Task.Delay(1, cancellationToken));
            }

            await Task.WhenAny(Task.Delay(random.Next(1, 25), cancellationToken));
        }

        return killed;
    }
}
