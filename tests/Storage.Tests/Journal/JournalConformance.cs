using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Journal;

public abstract partial class JournalConformance(IStoreHarness harness, ITestOutputHelper output) : StoreTest(harness)
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
}
