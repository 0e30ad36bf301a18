using System.Security.Cryptography;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Tests.Objects;

public abstract class ObjectStoreConformance(IStoreHarness harness) : StoreTest(harness)
{
    private async Task<byte[]?> ReadAsync(string key, string org = "acme")
    {
        await using var stream = await Store.Objects.OpenAsync(org, key);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private Task<ObjectInfo> PutAsync(string key, byte[] bytes, string org = "acme") =>
        Store.Objects.PutAsync(org, key, new MemoryStream(bytes), 1 << 24);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5 << 20)]
    public async Task What_was_put_is_opened_also_after_a_restart(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);

        var info = await PutAsync("source/a.tgz", bytes);

        Assert.Equal(
            new("source/a.tgz", size, Convert.ToHexStringLower(SHA256.HashData(bytes)), Clock.GetUtcNow()),
            info
        );
        Assert.Equal(bytes, await ReadAsync("source/a.tgz"));
        await ReopenAsync();
        Assert.Equal(bytes, await ReadAsync("source/a.tgz"));
        Assert.Equal(info, await Store.Objects.FindAsync("acme", "source/a.tgz"));
    }

    [Fact]
    public async Task Putting_again_replaces_and_deleting_removes()
    {
        await PutAsync("k", [1]);
        await using var old = await Store.Objects.OpenAsync("acme", "k");
        await PutAsync("k", [2, 3]);
        await PutAsync("k", [9], org: "other");

        Assert.Equal(1, old!.ReadByte());
        Assert.Equal([2, 3], await ReadAsync("k"));
        Assert.True(await Store.Objects.DeleteAsync("acme", "k"));
        Assert.False(await Store.Objects.DeleteAsync("acme", "k"));
        Assert.Null(await ReadAsync("k"));
        Assert.Null(await Store.Objects.FindAsync("acme", "k"));
        Assert.Equal([9], await ReadAsync("k", "other"));
    }

    [Fact]
    public async Task Too_large_keeps_nothing_of_it_and_what_was_there()
    {
        await PutAsync("k", [1]);

        var fault = await Assert.ThrowsAsync<ObjectTooLargeException>(() =>
            Store.Objects.PutAsync("acme", "k", new MemoryStream(new byte[101]), 100)
        );

        Assert.Equal(100, fault.MaxBytes);
        Assert.Equal([1], await ReadAsync("k"));
    }

    [Fact]
    public async Task S08_Objects_together_never_pass_their_quota_however_many_are_put_at_once()
    {
        var quota = new ObjectQuota("app/", 1000);
        await PutAsync("other/k", new byte[5000]);

        var puts = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async i =>
                {
                    try
                    {
                        await Store.Objects.PutAsync(
                            "acme",
                            $"app/{i}",
                            new MemoryStream(new byte[300]),
                            new ObjectLimits(300) { Quota = quota }
                        );
                        return true;
                    }
                    catch (ObjectQuotaException)
                    {
                        return false;
                    }
                })
        );

        Assert.Equal(3, puts.Count(put => put));
        Assert.Equal(3, (await Store.Objects.ListAsync("acme", "app/", 10)).Length);
        var there = (await Store.Objects.ListAsync("acme", "app/", 1))[0].Key;
        await Store.Objects.PutAsync(
            "acme",
            there,
            new MemoryStream(new byte[400]),
            new ObjectLimits(400) { Quota = quota }
        );
        await Store.Objects.PutAsync(
            "other",
            "app/x",
            new MemoryStream(new byte[400]),
            new ObjectLimits(400) { Quota = quota }
        );
    }

    [Fact]
    public async Task Old_objects_go_but_for_those_named()
    {
        await PutAsync("app/1/old", [1]);
        await PutAsync("app/1/used", [2]);
        await PutAsync("keys/old", [3]);
        await PutAsync("app/1/old", [4], "other");
        Clock.Advance(TimeSpan.FromDays(1));
        await PutAsync("app/1/new", [5]);

        Assert.Equal(1, await Store.Objects.DeleteOlderAsync("acme", "app/", Clock.GetUtcNow(), ["app/1/used"]));

        Assert.Equal(
            ["app/1/new", "app/1/used", "keys/old"],
            (await Store.Objects.ListAsync("acme", "", 10)).Select(o => o.Key)
        );
        Assert.Null(await ReadAsync("app/1/old"));
        Assert.Equal([4], await ReadAsync("app/1/old", "other"));
    }

    [Fact]
    public async Task Objects_are_listed_by_prefix_in_order()
    {
        foreach (var key in new[] { "b/2", "a/1", "b/1", "bb/1" })
        {
            await PutAsync(key, [1]);
        }

        Assert.Equal(["b/1", "b/2"], (await Store.Objects.ListAsync("acme", "b/", 10)).Select(info => info.Key));
        Assert.Equal(["a/1"], (await Store.Objects.ListAsync("acme", "", 1)).Select(info => info.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\\b")]
    [InlineData("a/")]
    public async Task S18_Keys_outside_the_grammar_are_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(key, [1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Objects.OpenAsync("acme", key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Objects.DeleteAsync("acme", key));
        Assert.False(ObjectKeys.IsValid(new string('a', 513)));
    }
}
