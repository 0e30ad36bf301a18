using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Tests.Personal;

/// <summary>What a search knows of people.</summary>
public abstract class PersonalSearchConformance(IStoreHarness harness) : PersonalTest(harness)
{
    [Fact]
    public async Task S30_A_search_finds_an_address_until_its_person_is_erased()
    {
        await WriteAsync(Ada);
        await WriteAsync(Bob);
        using var signer = NoteSigner.Create((await Store.Audit.OpenAsync("acme")).Origin);
        await Store.Audit.SealAsync("acme", signer);
        while (await Store.Search.IndexAsync("acme") > 0) { }
        Assert.Equal("0", await FindAsync("ip:127.0.0.0/8"));

        await EraseAsync(new(PersonScope.Of("u1"), Whole: true));
        await Store.Search.RefreshAsync("acme", [0]);
        Assert.True(await Store.Search.ScrubAsync());

        Assert.Empty(await FindAsync("ip:127.0.0.0/8"));
        Assert.Equal("0", await FindAsync("actor:u1"));
        Assert.Equal("1", await FindAsync("ip:10.9.8.7"));
        Assert.Empty(await Store.Audit.VerifyAsync());
        Assert.Null(await Store.Journal.VerifyAsync(new("rec/acme/n1")));
    }

    private async Task<string> FindAsync(string query) =>
        string.Join(' ', await Store.Search.FindAsync("acme", AuditQuery.Parse(query).Value, null, 100));
}
