using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>An invite gives what whoever sent it last may give, when it is sent and when it is accepted.</summary>
public sealed class OrgInviteTests : OrgStory
{
    private static readonly ImmutableArray<RoleGrant> Developer = [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)];
    private static readonly ImmutableArray<RoleGrant> Administrator =
    [
        RoleGrant.OnAllRacks(BuiltInRoles.Administrator),
    ];

    private string _people = "";

    [Fact]
    public void S15_nobody_invites_beyond_what_they_hold()
    {
        WithLead();

        Assert.Equal("access.escalation", Send("i1", Administrator, "bob").Problem?.Code);
        Assert.Equal("access.escalation", Send("i1", Administrator, "stranger").Problem?.Code);
        Do(Send("i1", Developer, "bob"));
        Assert.True(Accept("i1").Ok);
    }

    [Fact]
    public void S15_who_sends_an_invite_again_answers_for_it()
    {
        WithLead();
        Do(Send("i1", Administrator, "ana"));
        Do(Send("i2", Developer, "ana"));

        Assert.Equal("access.escalation", Resend("i1", "bob").Problem?.Code);
        Do(Resend("i2", "bob"));
        Assert.Equal("bob", State.Invites["i2"].By);

        Do(OrgMembers.SetRoles(State, "bob", [new(_people, Selector.AllowAll)], By("ana")));
        Assert.Equal("invite.void", Accept("i2", "again").Problem?.Code);
    }

    [Fact]
    public void S15_an_invite_to_a_role_that_grew_gives_no_more_than_its_sender_holds()
    {
        WithLead();
        var quiet = Do(OrgRoles.Create(State, "Quiet", [Policy.Allow(ResourceType.Application, "app.get")], By("ana")));
        Do(Send("i1", [new(quiet, Selector.AllowAll)], "bob"));
        Do(OrgRoles.Update(State, quiet, "Quiet", [Policy.Allow(ResourceType.Billing, Policy.Write)], By("ana")));

        Assert.Equal("invite.void", Accept("i1").Problem?.Code);
    }

    [Fact]
    public void S17_an_invite_names_roles_and_racks_or_is_not_sent()
    {
        Given();

        Assert.Equal("member.roles_missing", Send("i1", [], "ana").Problem?.Code);
        Assert.Equal("member.roles_missing", Send("i1", default, "ana").Problem?.Code);
        Assert.Equal("access.bad_selector", Send("i1", [new("Auditor", null!)], "ana").Problem?.Code);
        Assert.Equal("access.bad_selector", Send("i1", [new("Auditor", Selector.DenyAll)], "ana").Problem?.Code);
        Assert.Equal("role.unknown", Send("i1", [new("Boss", Selector.AllowAll)], "ana").Problem?.Code);
        Do(Send("i1", [new("Auditor", Selector.Name("staging"))], "ana"));
    }

    /// <summary>With bob, who adds people and has the rights of a developer.</summary>
    private void WithLead()
    {
        Given();
        _people = Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(_people, Selector.AllowAll), .. Developer], By("ana")));
    }

    private Result<Decision<OrgEvent, Done>> Send(string id, ImmutableArray<RoleGrant> roles, string by) =>
        OrgInvites.Send(
            State,
            new OrgInvite
            {
                Id = id,
                TicketId = "first",
                Roles = roles,
                By = by,
                Sent = By(by).Now,
                Expires = By(by).Now + OrgInvites.DefaultLifetime,
            },
            By(by)
        );

    private Result<Decision<OrgEvent, Done>> Resend(string id, string by) =>
        OrgInvites.Resend(State, id, "again", OrgInvites.DefaultLifetime, By(by));

    private Result<Decision<OrgEvent, Done>> Accept(string id, string ticket = "first") =>
        OrgInvites.Accept(State, id, ticket, "eve", "hash", By("eve"));
}
