using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Journal;

/// <summary>What was written, read in all the ways there are.</summary>
public abstract partial class JournalConformance
{
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
    public async Task A_subscriber_to_one_stream_hears_nothing_of_those_whose_names_begin_alike()
    {
        var changes = Store.Changes.SubscribeAsync("app/acme/a/web").GetAsyncEnumerator();

        await Store.Journal.AppendAsync(Append(Write("app/acme/a/web2", 0), Write("app/acme/a/web-api", 0)));
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/web", 0)));

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(new Change("app/acme/a/web", 1), changes.Current);
        await changes.DisposeAsync();
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
