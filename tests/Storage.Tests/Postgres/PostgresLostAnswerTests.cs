using System.Collections.Concurrent;
using Npgsql;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Commits whose answers never arrive.</summary>
public sealed class PostgresLostAnswerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pp-").FullName;
    private readonly int _seed;
    private readonly PostgresHarness _harness;
    private CuttingProxy? _proxy;
    private PostgresStore? _store;

    public PostgresLostAnswerTests(ITestOutputHelper output)
        : this(new(), output) { }

    private PostgresLostAnswerTests(PostgresHarness harness, ITestOutputHelper output)
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable("PALISADE_SEED"), out var seed)
            ? seed
            : Environment.TickCount;
        output.WriteLine($"PALISADE_SEED={_seed}");
        _harness = harness;
    }

    private CuttingProxy Proxy => _proxy!;

    private PostgresStore Store => _store!;

    public async Task InitializeAsync()
    {
        _store = await _harness.OpenAsync(
            clock: null,
            options =>
            {
                var direct = new NpgsqlConnectionStringBuilder(options.ConnectionString);
                _proxy = CuttingProxy.Start(direct.Host!, Path.Combine(_folder, "s"), _seed, share: 0.1);
                options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
                {
                    Host = _proxy.Folder,
                }.ConnectionString;
            }
        );
    }

    public async Task DisposeAsync()
    {
        Proxy.Cutting = false;
        await Store.DisposeAsync();
        await Proxy.DisposeAsync();
        await _harness.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_done_once_and_told_as_done()
    {
        const int writers = 6,
            appends = 50;
        Proxy.Cutting = true;

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer))));

        Proxy.Cutting = false;
        Assert.True(Proxy.Cuts > 10, $"only {Proxy.Cuts} answers were lost");
        for (var writer = 0; writer < writers; writer++)
        {
            Assert.Equal(appends, (await Store.Journal.HeadsAsync([new($"app/acme/a/x{writer}")]))[0].Head);
        }

        var record = (await Store.Journal.HeadsAsync([new("rec/acme/n1")]))[0].Head;
        Assert.Equal(writers * appends, record);
        Assert.Null(await Store.Journal.VerifyAsync(new("rec/acme/n1")));

        async Task WriteAsync(int writer)
        {
            for (var i = 0; i < appends; i++)
            {
                var append = StoreTest.One($"app/acme/a/x{writer}", i);
                // Nobody else writes there: anything but success would be a lie.
                Assert.IsType<Appended>(
                    await Store.Journal.AppendAsync(
                        append with
                        {
                            Writes = append.Writes.Add(new(new("rec/acme/n1"), null, [StoreTest.Of($"{writer}-{i}")])),
                        }
                    )
                );
            }
        }
    }

    [Fact]
    public async Task An_append_without_entries_whose_answer_was_lost_is_told_as_done()
    {
        Proxy.Cutting = true;

        for (var i = 0; i < 150; i++)
        {
            // Run again, each would find its own key used and its own row over the limit.
            Assert.IsType<Appended>(
                await Store.Journal.AppendAsync(
                    new()
                    {
                        Org = "acme",
                        Views = [new("acme", "app", $"{i}", "{}")],
                        Limits = [new("app", i + 1)],
                        Idempotency = new($"k{i}", "done", DateTimeOffset.MaxValue),
                    }
                )
            );
        }

        Proxy.Cutting = false;
        Assert.True(Proxy.Cuts > 3, $"only {Proxy.Cuts} answers were lost");
        Assert.Equal(150, await Store.Views.CountAsync("acme", "app", ""));
    }

    [Fact]
    public async Task What_still_ran_when_its_answer_was_lost_does_not_turn_up_after_it_was_refused()
    {
        await Store.Journal.AppendAsync(StoreTest.One("org/acme", 0));
        await using var other = await _harness.BeginAsync("SELECT hold_head('rack/acme/r', 0)");
        var append = Store.Journal.AppendAsync(
            StoreTest.One("rack/acme/r", 0) with
            {
                Guards = [new(new("org/acme"), 1) { IsMomentary = true }],
            }
        );
        await _harness.OneWaitsForALockAsync(append);

        // It has looked at its guard and waits. Sent again, it would be refused without waiting.
        await RunAsync(
            "SELECT move_head('org/acme', 'acme', 'org', 1, (SELECT hash FROM stream WHERE id = 'org/acme'), 2, '\\x00')"
        );
        Proxy.Detach();
        var result = await append;
        await other.DisposeAsync();
        await RunAsync("SELECT pg_advisory_xact_lock(hashtextextended('rack/acme/r', 0))");

        Assert.Equal(new HeadMoved(new("org/acme"), 2), result);
        Assert.Equal(0, (await Store.Journal.HeadsAsync([new("rack/acme/r")]))[0].Head);
    }

    [Fact]
    public async Task What_arrives_after_it_was_refused_is_not_done()
    {
        var held = Proxy.HoldAsync("late");
        var append = Store.Journal.AppendAsync(
            new()
            {
                Org = "acme",
                Views = [new("acme", "app", "late", "{}")],
                Limits = [new("app", 1)],
            }
        );
        await held;

        await RunAsync("INSERT INTO view (org, kind, key, sort, json) VALUES ('acme', 'app', 'other', '', '{}')");
        Proxy.Detach();
        Assert.IsType<LimitReached>(await append);
        await RunAsync("DELETE FROM view WHERE key = 'other'");
        await Proxy.DeliverAsync();

        Assert.Equal(0, await Store.Views.CountAsync("acme", "app", ""));
    }

    [Fact]
    public async Task A_job_whose_claim_was_lost_is_claimed_again()
    {
        var jobs = Enumerable.Range(0, 80).Select(i => StoreTest.Work($"j{i}", $"app/acme/s/x{i}")).ToList();
        await Store.Journal.AppendAsync(new() { Org = "acme", Jobs = [.. jobs] });
        var node = "n0";
        await Store.Jobs.RegisterAsync(new(node, "", []));
        var ended = new ConcurrentBag<string>();
        Proxy.Cutting = true;

        for (var rounds = 0; ended.Distinct().Count() < jobs.Count; rounds++)
        {
            Assert.True(rounds < 1_000, "a job was forgotten");
            if (!await AnsweredAsync(() => Store.Jobs.HeartbeatAsync(node)))
            {
                // A machine under load may take longer than the lease; the pump goes on as a new incarnation, too.
                node = $"n{rounds + 1}";
                await AnsweredAsync(async () =>
                {
                    await Store.Jobs.RegisterAsync(new(node, "", []));
                    return true;
                });
            }

            foreach (var claimed in await AnsweredAsync(() => Store.Jobs.ClaimAsync(node, 3)))
            {
                // False when the answer of the first try was lost: it has ended all the same.
                await AnsweredAsync(() => Store.Jobs.EndAsync(claimed.Fence, new JobEnd.Done()));
                ended.Add(claimed.Job.Id);
            }
        }

        Proxy.Cutting = false;
        Assert.True(Proxy.Cuts > 3, $"only {Proxy.Cuts} answers were lost");
        Assert.Equal(jobs.Count, (await Store.Jobs.ListAsync(new("acme") { Status = JobStatus.Done })).Length);
    }

    private Task RunAsync(string sql) => _harness.Server.RunAsync(_harness.Database, sql);

    /// <summary>
    /// The store gives up where each of its tries lost its answer; whoever asked asks again, as the pump does.
    /// </summary>
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException)
            {
                // Lost again.
            }
        }
    }
}
