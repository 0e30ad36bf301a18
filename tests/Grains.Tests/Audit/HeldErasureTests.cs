using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

/// <summary>A legal hold keeps what a log says of people too.</summary>
public sealed class HeldErasureTests
{
    [Fact]
    public async Task S30_Nobody_is_erased_from_a_log_that_is_held_until_the_hold_is_lifted()
    {
        await using var acme = await WithFormerMemberAsync();
        Ok(await Log(acme).SetHoldAsync(Administrator, "Case 12/34"));

        Assert.Equal("audit.held", Code(await acme.Org.EraseMemberAsync(Administrator, "dev")));
        Assert.True(await IsKnownAsync(acme));
        Assert.Single(await acme.RecordsAsync("member.erase", EntryResult.Failed));

        Ok(await Log(acme).LiftHoldAsync(Administrator));
        Ok(await acme.Org.EraseMemberAsync(Administrator, "dev"));
        Assert.False(await IsKnownAsync(acme));
    }

    [Theory]
    [InlineData("acme")]
    [InlineData("")]
    public async Task S30_No_account_is_erased_of_which_a_log_that_is_held_says_something(string held)
    {
        await using var acme = await WithFormerMemberAsync();
        var holder = held.Length == 0 ? Operator : Administrator;
        Ok(await Log(acme, held).SetHoldAsync(holder, "Case 12/34"));

        Assert.Equal("audit.held", Code(await User(acme).EraseAsync(Operator)));
        Assert.True(await IsKnownAsync(acme));
        Assert.True(await IsKnownAsync(acme, ""));

        Ok(await Log(acme, held).LiftHoldAsync(holder));
        Ok(await User(acme).EraseAsync(Operator));
        Assert.False(await IsKnownAsync(acme));
        Assert.False(await IsKnownAsync(acme, ""));
    }

    [Fact]
    public async Task S30_A_hold_of_a_log_that_says_nothing_of_them_keeps_nobody()
    {
        await using var acme = await WithFormerMemberAsync();
        Ok(await Log(acme, "other").SetHoldAsync(Outsider, "Case 12/34"));

        Ok(await acme.Org.EraseMemberAsync(Administrator, "dev"));
        Ok(await User(acme).EraseAsync(Operator));
    }

    [Fact]
    public async Task S30_A_hold_that_comes_while_a_member_is_erased_wins()
    {
        await using var acme = await WithFormerMemberAsync();
        acme.Host.Overtaker.Before<MemberErased>(async () =>
            Ok(await Log(acme).SetHoldAsync(Administrator, "Case 12/34"))
        );

        Assert.Equal("audit.held", Code(await acme.Org.EraseMemberAsync(Administrator, "dev")));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.True(await IsKnownAsync(acme));
    }

    [Fact]
    public async Task S30_A_hold_that_comes_while_an_account_is_erased_wins()
    {
        await using var acme = await WithFormerMemberAsync();
        acme.Host.Overtaker.Before<UserErased>(async () =>
            Ok(await Log(acme).SetHoldAsync(Administrator, "Case 12/34"))
        );

        Assert.Equal("audit.held", Code(await User(acme).EraseAsync(Operator)));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.True(await IsKnownAsync(acme));
        Assert.Null((await acme.Host.Get<People>().FindAsync("dev"))!.State.Erased);
    }

    [Fact]
    public async Task What_else_happens_to_a_log_while_somebody_is_erased_stops_nothing()
    {
        await using var acme = await WithFormerMemberAsync();
        acme.Host.Overtaker.Before<MemberErased>(async () => Ok(await Log(acme).SetRetentionAsync(Administrator, 365)));

        Ok(await acme.Org.EraseMemberAsync(Administrator, "dev"));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.False(await IsKnownAsync(acme));
    }

    private static async Task<Acme> WithFormerMemberAsync()
    {
        var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));
        return acme;
    }

    private static IAuditGrain Log(Acme acme, string org = "acme") =>
        acme.Host.Grains.GetGrain<IAuditGrain>(Domain.Audit.LogName.Of(org));

    private static IUserGrain User(Acme acme) => acme.Host.Grains.GetGrain<IUserGrain>("dev");

    /// <summary>Whether what the log says of the former member can still be opened.</summary>
    private static Task<bool> IsKnownAsync(Acme acme, string org = "acme") =>
        acme.Host.Store.Personal.HasAsync(PersonScope.Of("dev", org));
}
