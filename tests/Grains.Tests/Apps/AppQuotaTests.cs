using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>An organization never has more apps than it may, whoever creates them at once.</summary>
public sealed class AppQuotaTests
{
    [Fact]
    public async Task S08_The_last_app_that_there_is_room_for_is_created_once()
    {
        await using var acme = await WithQuotaAsync(1);
        acme.Host.Overtaker.Before<AppCreated>(() => acme.CreateAppWithoutPumpAsync("first"));

        Assert.Equal("app.limit", Code(await acme.App("second").CreateAsync(Developer, null)));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.Equal(1, await CountAsync(acme));
    }

    [Fact]
    public async Task S08_A_quota_that_is_lowered_while_an_app_is_created_holds_for_it()
    {
        await using var acme = await WithQuotaAsync(1);
        acme.Host.Overtaker.Before<AppCreated>(async () =>
            Ok(await acme.Org.SetQuotasAsync(Operator, new OrgQuotas { Apps = 0 }))
        );

        Assert.Equal("app.limit", Code(await acme.App().CreateAsync(Developer, null)));
        Assert.Equal(0, await CountAsync(acme));
    }

    [Fact]
    public async Task S08_Of_many_that_are_created_at_once_as_many_are_as_may_be()
    {
        await using var acme = await WithQuotaAsync(4);

        var codes = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i => Task.Run(async () => Code(await acme.App($"web{i}").CreateAsync(Developer, null))))
        );

        Assert.Equal(4, codes.Count(code => code == "ok"));
        Assert.All(codes, code => Assert.Contains(code, (string[])["ok", "app.limit"]));
        Assert.Equal(4, await CountAsync(acme));
    }

    private static async Task<Acme> WithQuotaAsync(int apps)
    {
        var acme = await StartAsync(pump: false);
        Ok(await acme.Org.SetQuotasAsync(Operator, new OrgQuotas { Apps = apps }));
        return acme;
    }

    private static Task<long> CountAsync(Acme acme) => acme.Host.Store.Views.CountAsync("acme", ViewKinds.App, "");
}
