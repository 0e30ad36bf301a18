using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Audit;

public abstract class AuditSearchConformance(IStoreHarness harness) : StoreTest(harness)
{
    [Theory]
    [InlineData("", "7 6 5 4 3 2 1 0")]
    [InlineData("actor:u1", "6 5 4 3 2 1 0")]
    [InlineData("actor:u2", "7")]
    [InlineData("actor:u2 actor:u1 op:app.get", "7 1")]
    [InlineData("op:app.env.set result:denied", "2")]
    [InlineData("result:denied result:failed", "3 2")]
    [InlineData("resource:staging/api", "4")]
    [InlineData("request:0000000000ff", "5")]
    [InlineData("ip:10.1.2.3", "6")]
    [InlineData("ip:10.1.0.0/16", "6")]
    [InlineData("ip:10.0.0.0/8 actor:u2", "")]
    [InlineData("ip:10.0.0.0/15", "6")]
    [InlineData("ip:10.1.2.0/30", "6")]
    [InlineData("ip:10.1.2.4/30", "")]
    [InlineData("ip:10.1.2.2/31 ip:2001:db8::/127", "6")]
    [InlineData("ip:0.0.0.0/0", "6 5 4 3 2 1 0")]
    [InlineData("ip:::ffff:10.1.2.0/120", "6")]
    [InlineData("ip:2001:db8::/32", "7")]
    [InlineData("ip:2001:db8::/29", "7")]
    [InlineData("ip:2001:db8::/125", "7")]
    [InlineData("ip:2001:db8::/126", "")]
    [InlineData("ip:127.0.0.1 op:app.get", "1")]
    [InlineData("because", "3")]
    [InlineData("beca*", "3")]
    [InlineData("nothing", "")]
    [InlineData("\"quota exceeded\"", "3")]
    [InlineData("since:2026-03-02", "7 6 5 4 3")]
    [InlineData("until:2026-03-02", "2 1 0")]
    [InlineData("since:2026-03-02 until:2026-03-03 actor:u1", "4 3")]
    [InlineData("since:2027-01-01", "")]
    public async Task Records_are_found(string query, string expected)
    {
        await FillAsync();

        Assert.Equal(expected, await FindAsync(query));
    }

    [Fact]
    public async Task What_is_found_newly_is_told()
    {
        await using var found = Store.Changes.SubscribeAsync(IAuditSearch.Topic("acme")).GetAsyncEnumerator();

        await FillAsync();

        Assert.True(await found.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(IAuditSearch.Topic("acme"), found.Current.Topic);
        Assert.NotEqual("", await FindAsync("ip:0.0.0.0/0"));
    }

    [Theory]
    [InlineData("cafe", true)]
    [InlineData("CAFÉ", true)]
    [InlineData("cafe\u0301", true)]
    [InlineData("cafés", false)]
    [InlineData("uber-web", true)]
    [InlineData("web-uber", true)]
    [InlineData("über_w*", true)]
    [InlineData("straße", true)]
    [InlineData("STRASSE", false)]
    [InlineData("v1.2.3", true)]
    [InlineData("2*", true)]
    [InlineData("123", false)]
    [InlineData("привет", true)]
    [InlineData("한*", true)]
    [InlineData("ha'il:*|!(", true)]
    [InlineData("!&|", true)]
    [InlineData("ok", false)]
    [InlineData("x*", false)]
    public async Task Words_are_cut_and_compared_alike_by_all_stores(string words, bool found)
    {
        await AppendAsync(
            Entry() with
            {
                Result = EntryResult.Failed,
                Reason = "Café Über-Web; Straße v1.2.3 ПРИВЕТ 한국어 ha'il " + new string('w', 3000),
            }
        );
        await IndexAsync("acme");

        Assert.Equal(found ? "0" : "", await FindAsync($"\"{words}\""));
    }

    [Fact]
    public async Task A_list_goes_on_below_the_last_one_found()
    {
        await FillAsync();

        Assert.Equal("6 5", await FindAsync("acme", "actor:u1", null, 2));
        Assert.Equal("4 3", await FindAsync("acme", "actor:u1", 5, 2));
        Assert.Equal("0", await FindAsync("acme", "", 1, 2));
    }

    [Fact]
    public async Task Facets_are_counted_by_day()
    {
        await FillAsync();

        var all = await Store.Search.CountAsync("acme", new(2026, 1, 1), new(2026, 12, 31), 10);
        Assert.Equal([new("actor", "u1", 7), new("actor", "u2", 1)], all.Where(count => count.Facet == "actor"));
        Assert.Equal(
            [new("result", "ok", 6), new("result", "denied", 1), new("result", "failed", 1)],
            all.Where(count => count.Facet == "result")
        );
        Assert.Contains(new("operation", "app.get", 2), all);
        var day = await Store.Search.CountAsync("acme", new(2026, 3, 2), new(2026, 3, 2), 1);
        Assert.Equal(
            [("actor", 2L), ("operation", 2), ("resource", 1), ("result", 1)],
            day.Select(count => (count.Facet, count.Count))
        );
    }

    [Fact]
    public async Task Whose_records_are_there_is_told_the_newest_first()
    {
        await FillAsync();

        Assert.Equal(["u2", "u1"], (await Store.Search.ActorsAsync("acme")).AsEnumerable());
        Assert.Empty(await Store.Search.ActorsAsync("nobody"));
    }

    [Fact]
    public async Task Times_that_fell_behind_are_found_where_they_are()
    {
        await AppendAsync(Entry());
        Clock.Advance(TimeSpan.FromDays(3));
        await AppendAsync(Entry());
        Clock.Advance(TimeSpan.FromDays(-2));
        await AppendAsync(Entry());
        Clock.Advance(TimeSpan.FromDays(5));
        await AppendAsync(Entry());
        await IndexAsync("acme");

        Assert.Equal("2", await FindAsync("since:2026-03-02 until:2026-03-03"));
        Assert.Equal("1", await FindAsync("since:2026-03-04 until:2026-03-05"));
        Assert.Equal("2 1 0", await FindAsync("until:2026-03-05"));
    }

    [Fact]
    public async Task Logs_are_apart_and_an_index_goes_on_after_a_restart()
    {
        await AppendAsync(Entry());
        await Store.Journal.AppendAsync(new() { Org = "other", Writes = [Write("rec/other/n1", null)] });
        await IndexAsync("acme");
        await IndexAsync("other");
        await ReopenAsync();
        await AppendAsync(Entry());

        Assert.Equal("0", await FindAsync(""));
        await IndexAsync("acme");
        Assert.Equal("1 0", await FindAsync("actor:u1"));
        Assert.Equal("0", await FindAsync("other", "actor:u1", null, 10));
        Assert.Empty(await FindAsync("nobody", "", null, 10));
    }

    protected static AuditQuery Query(string text) => AuditQuery.Parse(text).Value;

    protected Task<string> FindAsync(string query) => FindAsync("acme", query, null, 100);

    protected async Task<string> FindAsync(string org, string query, long? before, int limit) =>
        string.Join(' ', await Store.Search.FindAsync(org, Query(query), before, limit));

    protected async Task IndexAsync(string org)
    {
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync(org)).Origin);
        await Store.Audit.SealAsync(org, signer);
        while (await Store.Search.IndexAsync(org) > 0) { }
    }

    protected Task AppendAsync(EntryDraft entry) =>
        Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null, entry)));

    private async Task FillAsync()
    {
        await AppendAsync(Entry());
        await AppendAsync(Entry(operation: "app.get"));
        await AppendAsync(Entry() with { Result = EntryResult.Denied });
        Clock.Advance(TimeSpan.FromDays(1));
        await AppendAsync(Entry() with { Result = EntryResult.Failed, Reason = "quota: because the quota exceeded" });
        await AppendAsync(Entry(resource: "staging/api"));
        Clock.Advance(TimeSpan.FromDays(1));
        await AppendAsync(Entry() with { Caller = Ada with { RequestId = "0000000000ff" } });
        await AppendAsync(Entry() with { Caller = Ada with { Ip = "10.1.2.3" } });
        await AppendAsync(
            Entry(operation: "app.get") with
            {
                Caller = Ada with { Principal = new(PrincipalKind.User, "u2", "Bob"), Ip = "2001:db8::7" },
            }
        );
        await IndexAsync("acme");
    }
}
