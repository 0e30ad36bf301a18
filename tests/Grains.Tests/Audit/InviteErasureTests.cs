using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Audit;
using Palisade.Grains.Orgs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Views;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

/// <summary>Addresses that invites were sent to are those of people.</summary>
public sealed class InviteErasureTests
{
    private const string Gone = "gone@example.com";
    private const string Other = "other@example.com";

    [Fact]
    public async Task S30_No_invite_of_any_organization_shows_the_address_of_who_was_erased()
    {
        await using var acme = await WithInvitesAsync();
        Assert.Equal([Gone, Gone, Other, Gone], await AddressesAsync(acme));

        Ok(await User(acme).EraseAsync(Operator));

        Assert.Equal([null, null, Other, null], await AddressesAsync(acme));
        Ok(
            await acme.Org.ResendInviteAsync(Administrator, (await RowsAsync(acme, "acme"))[1].Id, TimeSpan.FromDays(1))
        );
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task S30_An_organization_erases_the_address_of_a_former_member_from_its_own_invites_only()
    {
        await using var acme = await WithInvitesAsync();

        Ok(await acme.Org.EraseMemberAsync(Administrator, "gone"));

        Assert.Equal([null, null, Other, Gone], await AddressesAsync(acme));
    }

    [Fact]
    public async Task S30_An_address_in_the_invites_of_a_log_that_is_held_keeps_the_account()
    {
        await using var acme = await WithInvitesAsync();
        var log = acme.Host.Grains.GetGrain<IAuditGrain>("other");
        Ok(await log.SetHoldAsync(Outsider, "Case 12/34"));

        Assert.Equal("audit.held", Code(await User(acme).EraseAsync(Operator)));
        Assert.Equal([Gone, Gone, Other, Gone], await AddressesAsync(acme));

        Ok(await log.LiftHoldAsync(Outsider));
        Ok(await User(acme).EraseAsync(Operator));
    }

    [Fact]
    public async Task Who_was_erased_can_take_an_invite_with_the_same_address_again()
    {
        await using var acme = await WithInvitesAsync();
        var token = Ok(await InviteAsync(acme.Org, Administrator, "late@example.com")).Token;
        await acme.RegisterAsync("late");
        Ok(await User(acme, "late").EraseAsync(Operator));

        Assert.Null(Ok(await acme.Org.ShowInviteAsync(token)).For);
        var anew = new RegisterInvited(token, "late@example.com", "Late", new("a long enough passphrase"));
        Ok(await acme.Host.Get<Invitations>().RegisterAsync(Acme.System, anew));
    }

    /// <summary>One that was revoked, a pending one and somebody else's; one of another organization.</summary>
    private static async Task<Acme> WithInvitesAsync()
    {
        var acme = await StartAsync(pump: false);
        await acme.RegisterAsync("gone");
        var revoked = Ok(await InviteAsync(acme.Org, Administrator, Gone));
        Ok(await acme.Org.RevokeInviteAsync(Administrator, revoked.Id));
        Ok(await InviteAsync(acme.Org, Administrator, Gone));
        Ok(await InviteAsync(acme.Org, Administrator, Other));
        Ok(await InviteAsync(acme.Host.Grains.GetGrain<IOrgGrain>("other"), Outsider, Gone));
        return acme;
    }

    private static Task<Result<IssuedInvite>> InviteAsync(IOrgGrain org, Caller by, string email) =>
        org.SendInviteAsync(
            by,
            new SendInvite(email, [new(BuiltInRoles.DeveloperV2.Id, Selector.AllowAll)], TimeSpan.FromDays(1))
        );

    private static IUserGrain User(Acme acme, string id = "gone") => acme.Host.Grains.GetGrain<IUserGrain>(id);

    private static async Task<List<InviteView>> RowsAsync(Acme acme, string org) =>
        await acme
            .Host.Store.Views.AllAsync(new(org, ViewKinds.Invite, ""))
            .Select(row => ViewJson.Read<InviteView>(row.Json))
            .ToListAsync();

    private static async Task<List<string?>> AddressesAsync(Acme acme)
    {
        var addresses = new List<string?>();
        foreach (var org in new[] { "acme", "other" })
        {
            foreach (var row in await RowsAsync(acme, org))
            {
                var address = await acme.Host.Get<InviteTokens>().OpenEmailAsync(org, row.Id, row.Email!);
                addresses.Add(address?.Value);
            }
        }

        return addresses;
    }
}
