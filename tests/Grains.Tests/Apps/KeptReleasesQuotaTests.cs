using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>How many releases an organization keeps of each app, where the operator says so.</summary>
public sealed class KeptReleasesQuotaTests
{
    [Fact]
    public async Task S08_an_organization_keeps_as_many_releases_as_its_quota_says()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        await QuotaAsync(acme, 3);
        var made = await ReleasesAsync(acme, 5);
        Assert.Equal(made.TakeLast(3).Order(StringComparer.Ordinal), await KeptAsync(acme));

        // What is above a lowered one goes with the next release, and not before.
        await QuotaAsync(acme, 2);
        Assert.Equal(3, (await KeptAsync(acme)).Count());
        made.AddRange(await ReleasesAsync(acme, 1));
        Assert.Equal(made.TakeLast(2).Order(StringComparer.Ordinal), await KeptAsync(acme));
        var why = (await acme.App().ReadEnvironmentAsync(Developer, made[0])).Problem!;
        Assert.Contains("the newest 2 releases", why.Text, StringComparison.Ordinal);

        // Without one it is as for every organization again.
        await QuotaAsync(acme, null);
        await ReleasesAsync(acme, 4);
        Assert.Equal(6, (await KeptAsync(acme)).Count());
    }

    private static async Task QuotaAsync(Acme acme, int? kept) =>
        Ok(await acme.Org.SetQuotasAsync(Operator, new OrgQuotas { KeptReleases = kept }));

    private static async Task<List<string>> ReleasesAsync(Acme acme, int count)
    {
        var made = new List<string>();
        for (var i = 0; i < count; i++)
        {
            made.Add((await acme.SetEnvAsync($"N={Guid.NewGuid()}")).Id);
        }

        return made;
    }

    private static Task<IEnumerable<string>> KeptAsync(Acme acme) => PruneFacts.RowsAsync(acme, ViewKinds.Release);
}
