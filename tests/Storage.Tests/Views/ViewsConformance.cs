using Palisade.Domain.Kernel;
using Palisade.Storage.Views;

namespace Palisade.Storage.Tests.Views;

public abstract class ViewsConformance(IStoreHarness harness) : StoreTest(harness)
{
    private Task WriteAsync(params ViewChange[] changes) =>
        Store.Journal.AppendAsync(new() { Org = "acme", Views = [.. changes] });

    private static ViewChange Row(string key, string sort, string? json = "{}") =>
        new("acme", "release", key, json) { Sort = sort };

    private async Task<string[]> KeysAsync(ViewQuery query) =>
        [.. (await Store.Views.ListAsync(query)).Select(row => row.Key)];

    [Fact]
    public async Task Rows_are_listed_by_sort_and_key_within_a_prefix()
    {
        await WriteAsync(
            Row("s/web/1", "b"),
            Row("s/web/2", "a"),
            Row("s/web/3", "a"),
            Row("s/webx/1", "a"),
            Row("s/wea/1", "a"),
            new("other", "release", "s/web/9", "{}"),
            new("acme", "app", "s/web/9", "{}")
        );

        Assert.Equal(["s/web/2", "s/web/3", "s/web/1"], await KeysAsync(new("acme", "release", "s/web/")));
        Assert.Equal(
            ["s/web/1", "s/web/3", "s/web/2"],
            await KeysAsync(new("acme", "release", "s/web/") { Descending = true })
        );
        Assert.Equal(
            ["s/wea/1", "s/web/2", "s/web/3", "s/webx/1", "s/web/1"],
            await KeysAsync(new("acme", "release", ""))
        );
        Assert.Equal(3, await Store.Views.CountAsync("acme", "release", "s/web/"));
        Assert.Equal(0, await Store.Views.CountAsync("acme", "none", ""));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("k", false)]
    [InlineData("", true)]
    [InlineData("k", true)]
    public async Task Pages_join_into_the_whole(string prefix, bool descending)
    {
        await WriteAsync([.. Enumerable.Range(0, 25).Select(i => Row($"k{i:00}", $"{i % 3}"))]);
        var query = new ViewQuery("acme", "release", prefix) { Descending = descending };
        var whole = await KeysAsync(query);

        var pages = new List<string>();
        ViewRow? last = null;
        while (true)
        {
            var page = await Store.Views.ListAsync(query with { Limit = 4, After = last });
            if (page.IsEmpty)
            {
                break;
            }

            pages.AddRange(page.Select(row => row.Key));
            last = page[^1];
        }

        Assert.Equal(25, whole.Length);
        Assert.Equal(whole, pages);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(ViewQuery.MaxLimit, false)]
    [InlineData((2 * ViewQuery.MaxLimit) + 1, true)]
    public async Task All_rows_are_read_however_many_there_are(int count, bool descending)
    {
        await WriteAsync([Row("t/0", "0"), .. Enumerable.Range(0, count).Select(i => Row($"s/{i:0000}", $"{i % 3}"))]);

        var keys = new List<string>();
        await foreach (var row in Store.Views.AllAsync(new("acme", "release", "s/") { Descending = descending }))
        {
            keys.Add(row.Key);
        }

        var sorted = Enumerable.Range(0, count).OrderBy(i => i % 3).ThenBy(i => i).Select(i => $"s/{i:0000}");
        Assert.Equal(descending ? sorted.Reverse() : sorted, keys);
    }

    [Fact]
    public async Task Rows_are_replaced_and_deleted()
    {
        await WriteAsync(Row("a", "1", "{\"v\":1}"));
        await WriteAsync(Row("a", "2", "{\"v\":2}"));
        Assert.Equal(
            new ViewRow("a", "2", "{\"v\":2}"),
            Assert.Single(await Store.Views.ListAsync(new("acme", "release", "a")))
        );

        await WriteAsync(Row("a", "", null));
        Assert.Null(await Store.Views.GetAsync("acme", "release", "a"));
    }

    [Fact]
    public async Task Prefixes_end_where_they_should_at_the_edges_of_unicode()
    {
        await WriteAsync(
            Row("a\U0010FFFF", ""),
            Row("a\U0010FFFFz", ""),
            Row("b", ""),
            Row("\uD7FF", ""),
            Row("\uE000", "")
        );

        Assert.Equal(2, await Store.Views.CountAsync("acme", "release", "a\U0010FFFF"));
        Assert.Equal(1, await Store.Views.CountAsync("acme", "release", "\uD7FF"));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Views.ListAsync(new("acme", "release", "") { Limit = 1001 })
        );
    }
}
