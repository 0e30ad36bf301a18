using System.Text.Json;
using Palisade.Storage.Journal;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Journal;

/// <summary>Writers beside each other.</summary>
public abstract partial class JournalConformance
{
    [Fact]
    public async Task A_wrong_expected_head_writes_nothing_and_says_where_the_stream_is()
    {
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0)));

        var result = await Store.Journal.AppendAsync(Append(Write("app/acme/new/one", 0), Write("app/acme/a/b", 0)));

        Assert.Equal(new HeadMoved(new("app/acme/a/b"), 1), result);
        Assert.Equal(0, await HeadAsync("app/acme/new/one"));
        Assert.Empty(await EntriesAsync("app/acme/new/one"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_moved_guard_refuses_the_whole_append(bool momentary)
    {
        await Store.Journal.AppendAsync(Append(Write("org/acme", 0)));
        var append = Append(Write("app/acme/a/b", 0)) with
        {
            Guards = [new(new("org/acme"), 2) { IsMomentary = momentary }],
            Views = [new("acme", "app", "a/b", "{}")],
        };

        Assert.Equal(new HeadMoved(new("org/acme"), 1), await Store.Journal.AppendAsync(append));
        Assert.Equal(0, await HeadAsync("app/acme/a/b"));
        Assert.Null(await Store.Views.GetAsync("acme", "app", "a/b"));

        Assert.IsType<Appended>(
            await Store.Journal.AppendAsync(
                append with
                {
                    Guards = [new(new("org/acme"), 1) { IsMomentary = momentary }],
                }
            )
        );
        Assert.Equal("{}", await Store.Views.GetAsync("acme", "app", "a/b"));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task Each_of_two_guards_of_a_stream_has_to_hold(long momentary, long held)
    {
        await Store.Journal.AppendAsync(Append(Write("org/acme", 0)));
        await Store.Journal.AppendAsync(Append(Write("org/acme", 1)));

        var result = await Store.Journal.AppendAsync(
            Append(Write("app/acme/a/b", 0)) with
            {
                Guards = [new(new("org/acme"), momentary) { IsMomentary = true }, new(new("org/acme"), held)],
            }
        );

        Assert.Equal(new HeadMoved(new("org/acme"), 2), result);
        Assert.Equal(0, await HeadAsync("app/acme/a/b"));
    }

    [Fact]
    public async Task A_guard_of_a_stream_that_is_written_has_to_hold_too()
    {
        await Store.Journal.AppendAsync(Append(Write("org/acme", 0)));
        await Store.Journal.AppendAsync(Append(Write("org/acme", 1)));

        var result = await Store.Journal.AppendAsync(
            Append(Write("org/acme", 2)) with
            {
                Guards = [new(new("org/acme"), 1)],
            }
        );

        Assert.Equal(new HeadMoved(new("org/acme"), 2), result);
        Assert.Equal(2, await HeadAsync("org/acme"));
    }

    [Fact]
    public async Task A_limit_of_rows_is_never_passed_by_appends_beside_each_other()
    {
        var appends = Enumerable
            .Range(0, 20)
            .Select(i =>
                Append(Write($"app/acme/a/x{i}", 0)) with
                {
                    Limits = [new("app", 7)],
                    Views = [new("acme", "app", $"a/x{i}", "{}")],
                }
            )
            .ToList();
        await Store.Journal.AppendAsync(
            Append(Write("app/acme/a/other", 0)) with
            {
                Views = [new("other", "app", "a/b", "{}"), new("acme", "rack", "a", "{}")],
            }
        );

        var results = await Task.WhenAll(appends.Select(append => Store.Journal.AppendAsync(append)));

        Assert.Equal(7, results.Count(result => result is Appended));
        Assert.Equal(13, results.Count(result => result is LimitReached { Kind: "app" }));
        Assert.Equal(7, await Store.Views.CountAsync("acme", "app", ""));
        var refused = appends[Array.FindIndex(results, result => result is LimitReached)];
        Assert.Equal(0, await HeadAsync(refused.Writes[0].Stream.Value));

        await Store.Journal.AppendAsync(
            Append(Write("app/acme/a/gone", 0)) with
            {
                Views = [new("acme", "app", "a/", null) { Prefix = true }],
            }
        );
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(refused));
    }

    [Fact]
    public async Task An_idempotency_key_changes_something_once()
    {
        var append = Append(Write("app/acme/a/b", 0)) with
        {
            Idempotency = new("u1:k", "first", Clock.GetUtcNow().AddHours(1)),
        };
        await Store.Journal.AppendAsync(append);

        var again = await Store.Journal.AppendAsync(
            append with
            {
                Idempotency = append.Idempotency! with { Answer = "second" },
            }
        );

        Assert.Equal(new AlreadyDone("first"), again);
        Assert.Equal(1, await HeadAsync("app/acme/a/b"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsType<HeadMoved>(await Store.Journal.AppendAsync(append));
    }

    [Fact]
    public async Task A_failing_append_never_spoils_others_of_its_group()
    {
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/mine", 0)));
        var good = Enumerable
            .Range(0, 50)
            .Select(i => Store.Journal.AppendAsync(Append(Write($"app/acme/a/x{i}", 0))))
            .ToList();
        // Another organization's stream: its head is right, the row's owner is not, which only the statement itself can
        // tell.
        var bad = Store.Journal.AppendAsync(Append(Write("app/acme/a/mine", 1)) with { Org = "evil" });
        good.AddRange(
            Enumerable.Range(50, 50).Select(i => Store.Journal.AppendAsync(Append(Write($"app/acme/a/x{i}", 0))))
        );

        var results = await Task.WhenAll(good);

        Assert.All(results, result => Assert.IsType<Appended>(result));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(1, await HeadAsync("app/acme/a/mine"));
        Assert.Equal(1, await HeadAsync("app/acme/a/x99"));
    }

    [Fact]
    public async Task Racing_writers_lose_and_fork_nothing()
    {
        const int writers = 32,
            wins = 25;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");

        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        var random = new Random(seed + writer);
                        for (var won = 0; won < wins; )
                        {
                            var stream = $"app/acme/race/s{random.Next(4)}";
                            var head = await HeadAsync(stream);
                            var result = await Store.Journal.AppendAsync(
                                Append(Write(stream, head, Entry(new Counted((writer * 1000) + won))))
                            );
                            won += result is Appended ? 1 : 0;
                        }
                    })
                )
        );

        var seen = new HashSet<long>();
        for (var s = 0; s < 4; s++)
        {
            var entries = await EntriesAsync($"app/acme/race/s{s}");
            Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Seq));
            Assert.Equal(entries.Count, await HeadAsync($"app/acme/race/s{s}"));
            Assert.Null(await Store.Journal.VerifyAsync(new($"app/acme/race/s{s}")));
            Assert.All(entries, entry => Assert.True(seen.Add(Assert.IsType<Counted>(entry.Event).Value)));
        }

        Assert.Equal(writers * wins, seen.Count);
    }
}
