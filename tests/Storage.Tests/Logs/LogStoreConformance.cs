using System.Collections.Immutable;
using System.Text;
using Palisade.Storage.Logs;

namespace Palisade.Storage.Tests.Logs;

public abstract class LogStoreConformance(IStoreHarness harness) : StoreTest(harness)
{
    private const string Web = "app/acme/staging/web";

    private LogLine Line(string text, string source = "service/web/web-1", string? cursor = null) =>
        new(Clock.GetUtcNow(), source, text) { Cursor = cursor };

    private ValueTask AppendAsync(params string[] texts) =>
        Store.Logs.AppendAsync(Web, [.. texts.Select(text => Line(text))]);

    private async Task<List<LogLine>> ReadAsync(LogQuery? query = null, string log = Web)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Store.Logs.ReadAsync(log, query ?? new()))
        {
            lines.Add(line);
        }

        return lines;
    }

    private async Task<string[]> TextsAsync(LogQuery? query = null) =>
        [.. (await ReadAsync(query)).Select(line => line.Text)];

    [Fact]
    public async Task Lines_are_read_in_order_at_once_and_the_same_after_a_restart()
    {
        var lines = ImmutableArray.Create(
            Line("one", cursor: "1"),
            Line("two", "system/palisade/web"),
            Line("ünïcode")
        );
        await Store.Logs.AppendAsync(Web, lines);

        Assert.Equal(lines, await ReadAsync());
        await ReopenAsync();
        Assert.Equal(lines, await ReadAsync());
        Assert.Empty(await ReadAsync(log: "app/acme/staging"));
    }

    [Fact]
    public async Task Queries_keep_what_fits()
    {
        await AppendAsync("old GET /");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var since = Clock.GetUtcNow();
        await Store.Logs.AppendAsync(Web, [Line("new get /"), Line("other"), Line("x", "system/palisade/GET")]);

        Assert.Equal(["old GET /", "new get /", "x"], await TextsAsync(new() { Filter = "Get" }));
        Assert.Equal(["new get /", "other", "x"], await TextsAsync(new() { Since = since }));
        Assert.Equal(["x"], await TextsAsync(new() { SourcePrefix = "system/" }));
        Assert.Empty(await TextsAsync(new() { Since = since.AddTicks(1) }));
    }

    [Fact]
    public async Task Many_lines_over_many_segments_stay_whole()
    {
        var expected = new List<string>();
        for (var batch = 0; batch < 40; batch++)
        {
            var texts = Enumerable.Range(0, 50).Select(i => $"{batch}-{i} {new string('x', 100)}").ToArray();
            expected.AddRange(texts);
            await AppendAsync(texts);
            await Store.Logs.FlushAsync(Web);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(expected, await TextsAsync());
        await ReopenAsync();
        Assert.Equal(expected, await TextsAsync());
        Assert.Equal(expected.Skip(30 * 50), await TextsAsync(new() { Since = Clock.GetUtcNow().AddSeconds(-10) }));
        await AppendAsync("after");
        Assert.Equal("after", (await TextsAsync())[^1]);
    }

    [Fact]
    public async Task A_flood_of_short_lines_is_read_whole_also_after_a_restart()
    {
        var flood = Enumerable
            .Range(0, 40_000)
            .Select(i => Line("x", new string('s', 60), cursor: $"{i}@2026-03-01T12:00:00.000000000+00:00"))
            .ToImmutableArray();
        await Store.Logs.AppendAsync(Web, flood);

        Assert.Equal(flood.Length, (await ReadAsync()).Count);
        await ReopenAsync();
        Assert.Equal(flood, await ReadAsync());
    }

    [Fact]
    public async Task Followers_get_every_line_once_until_the_log_is_completed()
    {
        await AppendAsync("first");
        var follower = Task.Run(() => TextsAsync(new() { Follow = true }));
        for (var i = 0; i < 300; i++)
        {
            await AppendAsync($"line {i} {new string('y', 500)}");
        }

        Assert.False(follower.IsCompleted);
        await Store.Logs.CompleteAsync(Web, []);

        var texts = await follower.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(301, texts.Length);
        Assert.Equal(texts, await TextsAsync(new() { Follow = true }));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await AppendAsync("late"));
        await ReopenAsync();
        Assert.Equal(texts, await TextsAsync(new() { Follow = true }));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await AppendAsync("late"));
    }

    [Fact]
    public async Task A_line_reaches_followers_without_being_flushed_and_cancelling_ends_them()
    {
        using var stop = new CancellationTokenSource();
        await using var follower = Store.Logs.ReadAsync(Web, new() { Follow = true }, stop.Token).GetAsyncEnumerator();
        var next = follower.MoveNextAsync().AsTask();

        await AppendAsync("hello");

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("hello", follower.Current.Text);
        next = follower.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Cursors_are_the_newest_of_their_source_also_after_restarts_and_rotation()
    {
        await Store.Logs.AppendAsync(
            Web,
            [Line("a", "s1", "1"), Line("b", "s1", "2"), Line("c", "s2", "9"), Line("d", "s1")]
        );
        Assert.Equal("2", await Store.Logs.CursorAsync(Web, "s1"));
        for (var i = 0; i < 20; i++)
        {
            await AppendAsync(new string('x', 10_000));
            await Store.Logs.FlushAsync(Web);
        }

        await ReopenAsync();

        Assert.Equal(("2", "9"), (await Store.Logs.CursorAsync(Web, "s1"), await Store.Logs.CursorAsync(Web, "s2")));
        Assert.Null(await Store.Logs.CursorAsync(Web, "s3"));
        Assert.Null(await Store.Logs.CursorAsync("app/acme/staging/api", "s1"));
    }

    [Fact]
    public async Task S29_Lines_lose_control_characters_and_are_cut()
    {
        await AppendAsync(
            "\u001b[31mred\u001b[0m\ttab\u0000\u0007\u009b1mz\r\n",
            "\u001b]0;title\u0007shown",
            "a\u001b]8;;http://x\u001b\\link",
            "\u001b",
            new string('é', 40_000)
        );

        var texts = await TextsAsync();

        Assert.Equal(["red\ttabz", "shown", "alink", ""], texts.Take(4));
        Assert.EndsWith("… [cut]", texts[4], StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(texts[4]), (64 << 10) - 2, 64 << 10);
    }

    [Fact]
    public async Task S29_Old_lines_go_and_completed_logs_stay()
    {
        await AppendAsync("old");
        await Store.Logs.AppendAsync("build/acme/staging/web/B1", [Line("kept")]);
        await Store.Logs.CompleteAsync("build/acme/staging/web/B1", []);
        for (var day = 0; day < 10; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1.1));
            await AppendAsync($"day {day}");
            await Store.Logs.FlushAsync(Web);
        }

        Assert.Equal(11, (await TextsAsync()).Length);
        await Store.Logs.TrimAsync(Web, TimeSpan.FromDays(7));
        await Store.Logs.TrimAsync("build/acme/staging/web/B1", TimeSpan.FromDays(1));
        await Store.Logs.TrimAsync("app/acme/staging/none", TimeSpan.FromDays(1));

        Assert.Equal(["day 3", "day 4", "day 5", "day 6", "day 7", "day 8", "day 9"], await TextsAsync());
        Assert.Single(await ReadAsync(log: "build/acme/staging/web/B1"));
    }

    [Fact]
    public async Task Deleting_ends_followers_and_forgets_everything()
    {
        await AppendAsync("x");
        await using var follower = Store.Logs.ReadAsync(Web, new() { Follow = true }).GetAsyncEnumerator();
        Assert.True(await follower.MoveNextAsync());
        var next = follower.MoveNextAsync().AsTask();

        await Store.Logs.DeleteAsync(Web);

        Assert.False(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(await ReadAsync());
        await AppendAsync("new");
        Assert.Equal(["new"], await TextsAsync());
    }

    [Theory]
    [InlineData("app/../../etc")]
    [InlineData("/app/acme")]
    [InlineData("app")]
    [InlineData("app/a/@")]
    [InlineData("app/a/")]
    [InlineData("app/a\0/b")]
    public async Task Names_outside_the_grammar_are_refused(string log)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Logs.AppendAsync(log, [Line("x")]));
        await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(log: log));
    }
}
