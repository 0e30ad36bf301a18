using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Journal;

public abstract class JournalConformance(IStoreHarness harness, ITestOutputHelper output) : StoreTest(harness)
{
    [Fact]
    public async Task An_append_is_read_back_as_it_was_written()
    {
        var rich = new Rich
        {
            Names = ["a", "ü \u2028 <&>'\"\\"],
            Counts = ImmutableSortedDictionary<string, int>.Empty.Add("x", 1).Add("y", 2),
            At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)),
            Shade = Shade.Dark,
            Secret = new("dk", [1, 2, 3], [250, 251, 252]),
            App = AppRef.Parse("acme/staging/web"),
        };

        var result = await Store.Journal.AppendAsync(
            Append(
                Write(
                    "app/acme/staging/web",
                    0,
                    Entry(rich) with
                    {
                        Reason = "because",
                        DecisionId = "d1",
                        Details = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
                    }
                )
            )
        );

        var head = Assert.Single(Assert.IsType<Appended>(result).Heads);
        var entry = Assert.Single(await EntriesAsync("app/acme/staging/web"));
        Assert.Equal((1, Clock.GetUtcNow()), (head.Head, entry.At));
        Assert.Equal(head.Hash.ToArray(), entry.Hash.ToArray());
        Assert.Equal(
            ("acme", "app.env.set", "Application", "staging/web"),
            (entry.Org, entry.Operation, entry.ResourceType, entry.Resource)
        );
        Assert.Equal(
            (Ada.Principal with { Name = "" }, EntryResult.Ok, Ada.RequestId),
            (entry.Actor, entry.Result, entry.RequestId)
        );
        var read = Assert.IsType<Rich>(entry.Event);
        Assert.Equal(rich.Names.ToArray(), read.Names.ToArray());
        Assert.Equal(rich.Counts, read.Counts);
        Assert.Equal(
            (rich.At, rich.Shade, rich.Secret, rich.App, null),
            (read.At, read.Shade, read.Secret, read.App, read.Missing)
        );
    }

    [Fact]
    public async Task The_body_has_its_properties_in_the_canonical_order_and_hashes_into_the_chain()
    {
        await Store.Journal.AppendAsync(
            Append(
                Write(
                    "app/acme/staging/web",
                    0,
                    Entry(new Counted(1)) with
                    {
                        Reason = "r",
                        DecisionId = "d",
                        Details = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
                    }
                )
            )
        );

        var entry = Assert.Single(await EntriesAsync("app/acme/staging/web"));

        using var body = JsonDocument.Parse(entry.Body);
        Assert.Equal(
            [
                "org",
                "stream",
                "seq",
                "version",
                "at",
                "person",
                "actor",
                "requestId",
                "operation",
                "resource",
                "result",
                "reason",
                "decisionId",
                "details",
                "event",
            ],
            body.RootElement.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            ["kind", "id", "signIn", "credential"],
            body.RootElement.GetProperty("actor").EnumerateObject().Select(property => property.Name)
        );
        var genesis = SHA256.HashData("app/acme/staging/web"u8);
        Assert.Equal(genesis, entry.PreviousHash);
        Assert.Equal(SHA256.HashData([.. genesis, .. Encoding.UTF8.GetBytes(entry.Body)]), entry.Hash);
    }

    [Fact]
    public async Task A_wrong_expected_head_writes_nothing_and_says_where_the_stream_is()
    {
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0)));

        var result = await Store.Journal.AppendAsync(Append(Write("app/acme/new/one", 0), Write("app/acme/a/b", 0)));

        Assert.Equal(new HeadMoved(new("app/acme/a/b"), 1), result);
        Assert.Equal(0, await HeadAsync("app/acme/new/one"));
        Assert.Empty(await EntriesAsync("app/acme/new/one"));
    }

    [Fact]
    public async Task A_moved_guard_refuses_the_whole_append()
    {
        await Store.Journal.AppendAsync(Append(Write("org/acme", 0)));
        var append = Append(Write("app/acme/a/b", 0)) with
        {
            Guards = [new(new("org/acme"), 2)],
            Views = [new("acme", "app", "a/b", "{}")],
        };

        Assert.Equal(new HeadMoved(new("org/acme"), 1), await Store.Journal.AppendAsync(append));
        Assert.Equal(0, await HeadAsync("app/acme/a/b"));
        Assert.Null(await Store.Views.GetAsync("acme", "app", "a/b"));

        Assert.IsType<Appended>(await Store.Journal.AppendAsync(append with { Guards = [new(new("org/acme"), 1)] }));
        Assert.Equal("{}", await Store.Views.GetAsync("acme", "app", "a/b"));
    }

    [Fact]
    public async Task One_append_writes_streams_of_several_organizations_each_in_its_own_log()
    {
        var append = Append(Write("org/acme", 0), Write("user/u1", 0) with { Org = "" });

        Assert.IsType<Appended>(await Store.Journal.AppendAsync(append));

        var mine = Assert.Single(await Store.Journal.SearchAsync(new EntryFilter { Org = "" }));
        Assert.Equal(("user/u1", ""), (mine.Stream.Value, mine.Org));
        Assert.Contains("\"org\":\"\"", mine.Body);
        Assert.Equal(
            "org/acme",
            Assert.Single(await Store.Journal.SearchAsync(new EntryFilter { Org = "acme" })).Stream.Value
        );
        Assert.Null(await Store.Journal.VerifyAsync(new("user/u1")));
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
    public async Task Record_streams_are_written_at_their_head_whatever_it_is_and_others_are_not()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, Entry(), Entry())));

        Assert.Equal(3, await HeadAsync("rec/acme/n1"));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Journal.AppendAsync(Append(Write("app/acme/a/b", null)))
        );
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

    [Fact]
    public async Task Heads_and_chains_outlive_a_restart()
    {
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0, Entry(), Entry())));
        var before = await Store.Journal.HeadsAsync([new("app/acme/a/b"), new("app/acme/none/none")]);

        await ReopenAsync();

        var after = await Store.Journal.HeadsAsync([new("app/acme/a/b"), new("app/acme/none/none")]);
        Assert.Equal([2L, 0L], after.Select(head => head.Head));
        Assert.Equal(before[0].Hash.ToArray(), after[0].Hash.ToArray());
        Assert.True(after[1].Hash.IsEmpty);
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 2))));
        Assert.Null(await Store.Journal.VerifyAsync(new("app/acme/a/b")));
    }

    [Fact]
    public async Task Long_streams_are_read_whole_and_from_any_seq()
    {
        for (var head = 0L; head < 600; head += 200)
        {
            await Store.Journal.AppendAsync(
                Append(
                    Write("app/acme/a/b", head, [.. Enumerable.Range(1, 200).Select(i => Entry(new Counted(head + i)))])
                )
            );
        }

        var tail = new List<long>();
        await foreach (var entry in Store.Journal.ReadAsync(new("app/acme/a/b"), 250))
        {
            tail.Add(((Counted)entry.Event!).Value);
        }

        Assert.Equal(Enumerable.Range(251, 350).Select(i => (long)i), tail);
    }

    [Fact]
    public async Task Sensitive_values_anywhere_in_an_event_are_refused()
    {
        var leaky = new Leaky([new(new("canary-password"))]);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0, Entry(leaky))))
        );

        Assert.DoesNotContain("canary", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await HeadAsync("app/acme/a/b"));
    }

    [Theory]
    [InlineData("a\0b", true)]
    [InlineData("a\\u0000b", false)]
    [InlineData("\\\0", true)]
    public async Task The_character_zero_is_refused_and_its_spelling_is_not(string reason, bool refused)
    {
        var append = Append(Write("app/acme/a/b", 0, Entry() with { Reason = reason }));

        if (refused)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.Journal.AppendAsync(append));
        }
        else
        {
            Assert.IsType<Appended>(await Store.Journal.AppendAsync(append));
        }
    }

    [Fact]
    public async Task Search_combines_its_filters_newest_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.Journal.AppendAsync(
                Append(
                    Write(
                        "rec/acme/n1",
                        null,
                        Entry(resource: $"staging/a{i % 2}") with
                        {
                            Result = i == 3 ? EntryResult.Denied : EntryResult.Ok,
                        }
                    )
                )
            );
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Store.Journal.AppendAsync(Append(Write("rec/other/n1", null)) with { Org = "other" });

        var all = await Store.Journal.SearchAsync(new() { Org = "acme" });
        var some = await Store.Journal.SearchAsync(
            new()
            {
                Org = "acme",
                Resource = "staging/a1",
                ActorId = "u1",
                Operation = "app.env.set",
            }
        );
        var denied = await Store.Journal.SearchAsync(new() { Org = "acme", Result = EntryResult.Denied });
        var window = await Store.Journal.SearchAsync(
            new()
            {
                Org = "acme",
                From = all[3].At,
                To = all[1].At,
            }
        );

        Assert.Equal([5L, 4, 3, 2, 1], all.Select(entry => entry.Seq));
        Assert.Equal([4L, 2], some.Select(entry => entry.Seq));
        Assert.Equal([4L], denied.Select(entry => entry.Seq));
        Assert.Equal([3L, 2], window.Select(entry => entry.Seq));
        Assert.Equal(2, (await Store.Journal.SearchAsync(new() { Org = "acme", Limit = 2 })).Length);
    }

    [Fact]
    public async Task Snapshots_are_kept_when_newer_and_dropped_when_of_another_version()
    {
        var stream = new StreamId("app/acme/a/b");
        await Store.Journal.SaveSnapshotAsync(stream, new(5, 1, "five"u8.ToArray()));
        await Store.Journal.SaveSnapshotAsync(stream, new(3, 1, "three"u8.ToArray()));

        Assert.Equal(
            (5, "five"),
            (
                await Store.Journal.ReadSnapshotAsync(stream, 1) is { } found
                    ? ((int)found.Seq, Encoding.UTF8.GetString(found.Body.Span))
                    : default
            )
        );
        Assert.Null(await Store.Journal.ReadSnapshotAsync(stream, 2));
    }

    [Fact]
    public async Task Subscribers_hear_of_commits_and_are_told_when_they_missed_some()
    {
        var changes = Store.Changes.SubscribeAsync("app/acme/").GetAsyncEnumerator();
        await Store.Journal.AppendAsync(Append(Write("org/acme", 0), Write("app/acme/a/b", 0, Entry(), Entry())));
        await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(new Change("app/acme/a/b", 2), changes.Current);

        for (var i = 0; i < 1100; i++)
        {
            await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", i + 2)));
        }

        var topics = new List<string>();
        do
        {
            await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            topics.Add(changes.Current.Topic);
        } while (topics[^1].Length > 0);

        Assert.InRange(topics.Count, 1000, 1100);
        await changes.DisposeAsync();
    }
}
