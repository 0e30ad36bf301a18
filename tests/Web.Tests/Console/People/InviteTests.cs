using Palisade.Domain.Users;
using Palisade.Web.Console;
using Palisade.Web.Console.People;
using static Palisade.Web.Tests.Console.People.PeopleWorld;

namespace Palisade.Web.Tests.Console.People;

public sealed class InviteTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task S10_An_invite_makes_an_account_that_is_a_member_once()
    {
        var (id, token) = await world.InviteAsync("nora@example.test", On("DeveloperV2", "staging"));
        Assert.True(Tokens.TryParse(token, out var kind) && kind == TokenKind.Invite);

        var offer = await world.SendAsync<OfferJson>(null, "POST", "/invites/show", new InviteTokenJson(token));
        Assert.Equal(("acme", "ada", "n…@example.test"), (offer.Value!.Organization, offer.Value.By, offer.Value.For));
        Assert.Contains("rack.get", offer.Value.Preview.Racks.Single(r => r.Rack == "staging").Operations);
        Assert.Empty(offer.Value.Preview.Racks.Single(r => r.Rack == "prod").Operations);

        var weak = await world.SendAsync<RegisteredJson>(
            null,
            "POST",
            "/invites/accept",
            new RegisterJson(token, "Nora", "Password1234")
        );
        Assert.Equal((400, "password.too_common"), (weak.Status, weak.Problem!.Code));
        var registered = await world.SendAsync<RegisteredJson>(
            null,
            "POST",
            "/invites/accept",
            new RegisterJson(token, "Nora", "violet ladder 88 hums")
        );
        Assert.Equal(200, registered.Status);

        var members = await world.SendAsync<Page<MemberJson>>("ada", "GET", "/orgs/acme/members");
        var nora = members.Value!.Items.Single(m => m.Id == registered.Value!.UserId);
        Assert.Equal(("Nora", "nora@example.test"), (nora.Name, nora.Email));
        Assert.Equal(["staging"], nora.Roles.Single().Racks.Names!.Value.ToArray());
        var again = await world.SendAsync<RegisteredJson>(
            null,
            "POST",
            "/invites/accept",
            new RegisterJson(token, "Eve", "violet ladder 88 hums")
        );
        Assert.Equal((409, "invite.used"), (again.Status, again.Problem!.Code));
        var listed = (await world.SendAsync<Page<InviteJson>>("ada", "GET", "/orgs/acme/invites")).Value!.Items.Single(
            i => i.Id == id
        );
        Assert.Equal(
            ("accepted", registered.Value!.UserId, "nora@example.test"),
            (listed.Status, listed.UserId, listed.Email)
        );
    }

    [Fact]
    public async Task Who_is_signed_in_joins_with_an_invite_for_their_address_or_an_open_one_only()
    {
        var (_, other) = await world.InviteAsync("somebody.else@example.test", On("Auditor"));
        var (_, mine) = await world.InviteAsync("eve@example.test", On("Auditor"));

        Assert.Equal(
            "invite.other_address",
            (await world.SendAsync<JoinedJson>("eve", "POST", "/account/invites/accept", new InviteTokenJson(other)))
                .Problem!
                .Code
        );
        Assert.Equal(404, (await world.SendAsync<Page<MemberJson>>("eve", "GET", "/orgs/acme/members")).Status);
        Assert.Equal(
            "acme",
            (await world.SendAsync<JoinedJson>("eve", "POST", "/account/invites/accept", new InviteTokenJson(mine)))
                .Value!
                .Organization
        );
        Assert.Equal(200, (await world.SendAsync<Page<MemberJson>>("eve", "GET", "/orgs/acme/members")).Status);

        var removed = await world.SendAsync<RemovedJson>(
            "ada",
            "POST",
            "/orgs/acme/members/eve/remove",
            new RemoveJson([])
        );
        Assert.Equal(200, removed.Status);
        Assert.Equal(404, (await world.SendAsync<Page<MemberJson>>("eve", "GET", "/orgs/acme/members")).Status);
    }

    [Fact]
    public async Task A_revoked_or_replaced_invite_says_so_and_an_unknown_one_says_nothing()
    {
        var (revoked, first) = await world.InviteAsync(null, On("Auditor"));
        Assert.Equal(204, (await world.SendAsync<object>("ada", "DELETE", $"/orgs/acme/invites/{revoked}")).Status);
        var (resent, old) = await world.InviteAsync(null, On("Auditor"));
        var newest = await world.SendAsync<IssuedInviteJson>(
            "ada",
            "POST",
            $"/orgs/acme/invites/{resent}/resend",
            new ResendInviteJson()
        );

        Assert.Equal(
            "invite.revoked",
            (await world.SendAsync<OfferJson>(null, "POST", "/invites/show", new InviteTokenJson(first))).Problem!.Code
        );
        Assert.Equal(
            "invite.replaced",
            (await world.SendAsync<OfferJson>(null, "POST", "/invites/show", new InviteTokenJson(old))).Problem!.Code
        );
        Assert.Equal(
            200,
            (
                await world.SendAsync<OfferJson>(
                    null,
                    "POST",
                    "/invites/show",
                    new InviteTokenJson(newest.Value!.Link.Split('#')[1])
                )
            ).Status
        );
        Assert.Equal(
            (404, "invite.unknown"),
            Code(await world.SendAsync<OfferJson>(null, "POST", "/invites/show", new InviteTokenJson("pli_nothing")))
        );
    }

    [Fact]
    public async Task S15_An_invite_gives_nothing_that_its_sender_does_not_hold_then_or_later()
    {
        await world.AddMemberAsync(
            "ivan",
            new("DeveloperV2", Domain.Access.Selector.AllowAll),
            new("Administrator", Domain.Access.Selector.Name("staging"))
        );
        Assert.Equal(
            403,
            (
                await world.SendAsync<IssuedInviteJson>(
                    "ivan",
                    "POST",
                    "/orgs/acme/invites",
                    new NewInviteJson([On("Administrator")], Open: true)
                )
            ).Status
        );
        await world.AddMemberAsync("boss", new Domain.Orgs.RoleGrant("Administrator", Domain.Access.Selector.AllowAll));
        var sent = await world.SendAsync<IssuedInviteJson>(
            "boss",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([On("Administrator")], Open: true)
        );
        var token = sent.Value!.Link.Split('#')[1];

        Assert.Equal(
            200,
            (
                await world.SendAsync<RemovedJson>("ada", "POST", "/orgs/acme/members/boss/remove", new RemoveJson([]))
            ).Status
        );

        var back = await world.SendAsync<JoinedJson>(
            "boss",
            "POST",
            "/account/invites/accept",
            new InviteTokenJson(token)
        );
        Assert.Equal((409, "invite.void"), Code(back));
    }

    [Fact]
    public async Task S17_Racks_are_always_said()
    {
        var none = await world.SendAsync<IssuedInviteJson>(
            "ada",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([new GrantJson("Auditor", new RacksJson())], Open: true)
        );
        var noRole = await world.SendAsync<IssuedInviteJson>(
            "ada",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([], Open: true)
        );
        var nobody = await world.SendAsync<IssuedInviteJson>(
            "ada",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([On("Auditor")])
        );

        Assert.Equal("access.bad_selector", none.Problem!.Code);
        Assert.Equal("member.roles_missing", noRole.Problem!.Code);
        Assert.Equal("invite.email_missing", nobody.Problem!.Code);
    }

    private static (int Status, string? Code) Code<T>((int Status, T? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);
}
