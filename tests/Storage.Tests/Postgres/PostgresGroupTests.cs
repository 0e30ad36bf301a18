using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>Appends that gathered while another one was in the middle, and are committed as one.</summary>
public sealed class PostgresGroupTests : StoreTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PostgresHarness _harness;
    private readonly ContextRecorder _lines;

    public PostgresGroupTests()
        : this(new()) { }

    private PostgresGroupTests(ContextRecorder lines)
        : this(new(options => options.Pumps = 1) { Loggers = new LoggerFactory([lines]) }, lines) { }

    private PostgresGroupTests(PostgresHarness harness, ContextRecorder lines)
        : base(harness) => (_harness, _lines) = (harness, lines);

    /// <summary>Keeps of each line what whoever logged it was in the middle of.</summary>
    private sealed class ContextRecorder : ILoggerProvider, ILogger, ISupportExternalScope
    {
        private IExternalScopeProvider? _scopes;

        public ConcurrentQueue<string> Contexts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var context = Activity.Current?.OperationName ?? "";
            _scopes?.ForEachScope((scope, _) => context += scope, "");
            Contexts.Enqueue(context);
        }

        public void Dispose() { }
    }

    [Fact]
    public async Task Those_that_gather_are_one_transaction()
    {
        var appends = Enumerable
            .Range(0, 40)
            .Select(i => One($"app/acme/r/a{i}", 0) with { Views = [Row($"r/a{i}", "1")] });

        var results = await TogetherAsync([.. appends]);

        Assert.All(results, result => Assert.IsType<Appended>(result));
        Assert.Equal(
            1,
            await _harness.Server.RunAsync(
                _harness.Database,
                "SELECT count(DISTINCT xmin::text) FROM journal WHERE stream LIKE 'app/acme/r/a%'"
            )
        );
        Assert.Equal(40, await Store.Views.CountAsync("acme", "app", "r/a"));
    }

    [Fact]
    public async Task The_last_row_of_a_key_stays()
    {
        await TogetherAsync(
            Viewing(Row("r/a", "1"), Row("r/b", "1")),
            Viewing(Row("r/a", "2")),
            Viewing(Row("r/b", null), Row("r/b", "3"))
        );

        Assert.Equal("2", await Store.Views.GetAsync("acme", "app", "r/a"));
        Assert.Equal("3", await Store.Views.GetAsync("acme", "app", "r/b"));
    }

    [Fact]
    public async Task What_one_takes_away_is_what_those_before_it_put()
    {
        await TogetherAsync(
            Viewing(Row("r/a", "1"), Row("s/a", "1")),
            Viewing(Row("r/", null) with { Prefix = true }),
            Viewing(Row("r/c", "3"))
        );

        Assert.Null(await Store.Views.GetAsync("acme", "app", "r/a"));
        Assert.Equal("1", await Store.Views.GetAsync("acme", "app", "s/a"));
        Assert.Equal("3", await Store.Views.GetAsync("acme", "app", "r/c"));
    }

    [Fact]
    public async Task A_limit_of_rows_counts_what_those_before_it_put()
    {
        var results = await TogetherAsync([
            .. Enumerable.Range(0, 10).Select(i => Viewing(Row($"r/a{i}", "1")) with { Limits = [new("app", 3)] }),
        ]);

        Assert.Equal(3, results.Count(result => result is Appended));
        Assert.Equal(3, await Store.Views.CountAsync("acme", "app", ""));
    }

    [Fact]
    public async Task A_limit_of_jobs_counts_what_those_before_it_enqueue()
    {
        var results = await TogetherAsync([
            .. Enumerable
                .Range(0, 10)
                .Select(i =>
                    Enqueueing(Work($"j{i}", $"app/acme/r/a{i}")) with
                    {
                        JobLimits = [new("app.converge", 3)],
                    }
                ),
        ]);

        Assert.Equal(3, results.Count(result => result is Appended));
        Assert.Equal(3, (await Store.Jobs.ListAsync(new("acme"))).Length);
    }

    [Fact]
    public async Task A_result_of_a_job_is_taken_once()
    {
        await Store.Journal.AppendAsync(Enqueueing(Work("j1", "app/acme/r/a")));
        await Store.Jobs.RegisterAsync(new("n1", "", []));
        var job = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        var report = new Append { Org = "acme", Fences = [job.Fence with { Complete = true }] };

        var results = await TogetherAsync(report, report);

        Assert.Collection(
            results,
            result => Assert.IsType<Appended>(result),
            result => Assert.Equal(new Fenced("j1"), result)
        );
    }

    [Fact]
    public async Task A_job_is_asked_to_stop_by_one_that_comes_after_it()
    {
        await TogetherAsync(Enqueueing(Work("j1", "app/acme/r/a")), new Append { Org = "acme", CancelJobs = ["j1"] });

        Assert.True((await Store.Jobs.GetAsync("j1"))!.CancelRequested);
    }

    [Fact]
    public async Task Entries_wait_for_the_sealer_in_the_order_of_their_streams()
    {
        await TogetherAsync([.. Enumerable.Range(0, 40).Select(_ => One("rec/acme/n1", null))]);

        await using var source = NpgsqlDataSource.Create(_harness.Options.ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT seq FROM unsealed WHERE stream = 'rec/acme/n1' ORDER BY n"
        );
        await using var reader = await command.ExecuteReaderAsync();
        var waiting = new List<long>();
        while (await reader.ReadAsync())
        {
            waiting.Add(reader.GetInt64(0));
        }

        Assert.Equal(Enumerable.Range(1, 40).Select(seq => (long)seq), waiting);
    }

    [Fact]
    public async Task What_is_anothers_is_refused_though_its_owner_writes_it_in_the_same_group()
    {
        await Store.Journal.AppendAsync(One("rec/acme/n2", null));

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TogetherAsync(One("rec/acme/n2", null) with { Org = "other" }, One("rec/acme/n2", null))
        );

        Assert.Equal(2, (await Store.Journal.HeadsAsync([new("rec/acme/n2")]))[0].Head);
        Assert.Equal(
            0,
            await _harness.Server.RunAsync(_harness.Database, "SELECT count(*) FROM unsealed WHERE org = 'other'")
        );
    }

    [Fact]
    public async Task A_group_goes_on_when_the_turn_that_began_it_does_not()
    {
        await IntroduceAsync();
        using var over = new ManualResetEventSlim();
        var began = new TaskCompletionSource();
        var first = Task
            .Factory.StartNew(
                () =>
                {
                    var append = Store.Journal.AppendAsync(One("app/acme/r/a", 0));
                    began.SetResult();
                    over.Wait();
                    return append;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler
            )
            .Unwrap();
        await began.Task;

        var next = await Store.Journal.AppendAsync(One("app/acme/r/b", 0)).WaitAsync(Patience);

        Assert.IsType<Appended>(next);
        over.Set();
        Assert.IsType<Appended>(await first);
    }

    [Fact]
    public async Task What_is_logged_of_a_group_names_none_of_its_callers()
    {
        using var trace = new Activity("request").Start();
        using var scope = _lines.BeginScope("who asked");

        var result = await Store.Journal.AppendAsync(new() { Org = "acme", Fences = [new("no job", 1)] });

        Assert.IsType<Fenced>(result);
        Assert.Equal([""], _lines.Contexts);
        Assert.Same(trace, Activity.Current);
    }

    private static ViewChange Row(string key, string? json) => new("acme", "app", key, json);

    private static Append Viewing(params ViewChange[] rows) => new() { Org = "acme", Views = [.. rows] };

    private static Append Enqueueing(JobDraft job) => new() { Org = "acme", Jobs = [job] };

    /// <summary>
    /// Whoever signs an entry is known from here on, so that an append is in line when its call returns.
    /// </summary>
    private Task IntroduceAsync() => Store.Journal.AppendAsync(One("app/acme/r/first", 0));

    /// <summary>The only lane waits for a stream meanwhile.</summary>
    private async Task<AppendResult[]> TogetherAsync(params Append[] appends)
    {
        await IntroduceAsync();
        await using var other = new NpgsqlConnection(_harness.Options.ConnectionString);
        await other.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; SELECT hold_head('app/acme/r/gate', 0)", other);
        await hold.ExecuteNonQueryAsync();
        var waits = Store.Journal.AppendAsync(One("app/acme/r/gate", 0));
        var gathered = appends.Select(append => Store.Journal.AppendAsync(append)).ToArray();
        await using var release = new NpgsqlCommand("COMMIT", other);
        await release.ExecuteNonQueryAsync();
        Assert.IsType<Appended>(await waits);
        return await Task.WhenAll(gathered);
    }
}
