using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

public sealed class OrgGroupTests : OrgStory
{
    private static readonly ImmutableArray<RoleGrant> Developer = [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)];
    private static readonly ImmutableArray<RoleGrant> Auditor = [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)];
    private static readonly ImmutableArray<RoleGrant> Administrator =
    [
        RoleGrant.OnAllRacks(BuiltInRoles.Administrator),
    ];

    [Fact]
    public void Members_hold_the_roles_of_their_groups_until_they_leave_or_the_group_goes()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));
        Do(OrgMembers.Add(State, "eve", Auditor, By("ana")));
        var developers = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));
        Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));

        Do(OrgGroups.AddMembers(State, developers, ["bob", "eve"], By("ana")));
        Assert.True(Allows("bob", Operations.AppCreate, "staging/web"));
        Assert.Equal(["bob", "eve"], State.In(developers));

        Do(OrgGroups.RemoveMembers(State, developers, ["bob"], By("ana")));
        Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));
        Assert.True(Allows("eve", Operations.AppCreate, "staging/web"));

        Do(OrgGroups.Delete(State, developers, By("ana")));
        Assert.False(Allows("eve", Operations.AppCreate, "staging/web"));
        Assert.All(State.Members.Values, member => Assert.Empty(member.Groups));
    }

    [Fact]
    public void An_explanation_says_through_which_group_a_role_is_held()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));
        var developers = Do(OrgGroups.Create(State, "Devs", [new("DeveloperV2", Selector.Name("staging"))], By("ana")));
        Do(OrgGroups.AddMembers(State, developers, ["bob"], By("ana")));
        Do(OrgGroups.Rename(State, developers, "Developers"));

        var why = State.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Explain();

        Assert.Equal("role DeveloperV2, held on racks staging, through group Developers: Application:Write", why.Rule);
    }

    [Fact]
    public void S17_a_role_of_a_group_names_its_racks_too()
    {
        Given();

        Assert.Equal(
            "access.bad_selector",
            OrgGroups.Create(State, "g", [new("DeveloperV2", null!)], By("ana")).Problem?.Code
        );
        Assert.Equal(
            "access.bad_selector",
            OrgGroups.Create(State, "g", [new("DeveloperV2", Selector.DenyAll)], By("ana")).Problem?.Code
        );
        Assert.Equal(
            "role.unknown",
            OrgGroups.Create(State, "g", [new("Boss", Selector.AllowAll)], By("ana")).Problem?.Code
        );
        var group = Do(OrgGroups.Create(State, "g", [new("DeveloperV2", Selector.Name("staging"))], By("ana")));
        Do(OrgMembers.Add(State, "bob", [new("Auditor", Selector.Name("staging"))], By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["bob"], By("ana")));

        Assert.True(Allows("bob", Operations.AppCreate, "staging/web"));
        Assert.False(Allows("bob", Operations.AppCreate, "prod/web"));
        Assert.Equal(
            "access.bad_selector",
            OrgGroups.SetRoles(State, group, [new("DeveloperV2", null!)], By("ana")).Problem?.Code
        );
    }

    [Fact]
    public void The_last_Administrator_may_be_one_through_a_group_and_is_kept_there()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Developer, By("ana")));
        var admins = Do(OrgGroups.Create(State, "Admins", Administrator, By("ana")));
        Assert.Equal("org.last_administrator", OrgMembers.Remove(State, "ana").Problem?.Code);

        Do(OrgGroups.AddMembers(State, admins, ["bob"], By("ana")));
        Do(OrgMembers.Remove(State, "ana"));

        Assert.Equal("org.last_administrator", OrgMembers.Remove(State, "bob").Problem?.Code);
        Assert.Equal(
            "org.last_administrator",
            OrgGroups.RemoveMembers(State, admins, ["bob"], By("bob")).Problem?.Code
        );
        Assert.Equal("org.last_administrator", OrgGroups.Delete(State, admins, By("bob")).Problem?.Code);
        Assert.Equal("org.last_administrator", OrgGroups.SetRoles(State, admins, Developer, By("bob")).Problem?.Code);
        Assert.Equal(
            "org.last_administrator",
            OrgGroups.SetRoles(State, admins, [new("Administrator", Selector.Name("staging"))], By("bob")).Problem?.Code
        );
        Do(OrgMembers.SetRoles(State, "bob", [], By("bob")));
    }

    [Fact]
    public void The_last_Administrator_is_not_kept_from_people_and_roles_by_a_refusal()
    {
        Given();
        var quiet = Do(OrgRoles.Create(State, "Quiet", [Policy.Deny(ResourceType.Billing)], By("ana")));
        var noUsers = Do(OrgRoles.Create(State, "No users", [Policy.Deny(ResourceType.Users)], By("ana")));
        var group = Do(OrgGroups.Create(State, "Safe", [new(noUsers, Selector.AllowAll)], By("ana")));

        Assert.Equal(
            "org.last_administrator",
            OrgMembers
                .SetRoles(State, "ana", [.. Administrator, new(noUsers, Selector.AllowAll)], By("ana"))
                .Problem?.Code
        );
        Assert.Equal("org.last_administrator", OrgGroups.AddMembers(State, group, ["ana"], By("ana")).Problem?.Code);
        Do(OrgMembers.SetRoles(State, "ana", [.. Administrator, new(quiet, Selector.AllowAll)], By("ana")));
        Assert.Equal(
            "org.last_administrator",
            OrgRoles.Update(State, quiet, "Quiet", [Policy.Deny(ResourceType.Roles)], By("ana")).Problem?.Code
        );
    }

    [Fact]
    public void S15_what_is_given_through_a_group_is_given()
    {
        Given();
        var people = Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(people, Selector.AllowAll), .. Developer], By("ana")));
        Do(OrgMembers.Add(State, "eve", Developer, By("ana")));
        var admins = Do(OrgGroups.Create(State, "Admins", Administrator, By("ana")));

        Assert.Equal("access.escalation", OrgGroups.Create(State, "Mine", Administrator, By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgGroups.AddMembers(State, admins, ["bob"], By("bob")).Problem?.Code);
        var empty = Do(OrgGroups.Create(State, "Empty", [], By("bob")));
        Do(OrgGroups.AddMembers(State, empty, ["eve"], By("bob")));
        Assert.Equal("access.escalation", OrgGroups.SetRoles(State, empty, Auditor, By("bob")).Problem?.Code);
        Do(OrgGroups.SetRoles(State, empty, Developer, By("bob")));

        Do(OrgGroups.AddMembers(State, admins, ["eve"], By("ana")));
        Assert.Equal("access.escalation", OrgMembers.CheckReset(State, "eve", By("bob"))?.Code);
    }

    [Fact]
    public void S15_who_holds_something_through_a_group_may_give_it()
    {
        Given();
        var people = Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        var leads = Do(OrgGroups.Create(State, "Leads", [.. Developer, new(people, Selector.AllowAll)], By("ana")));
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));
        Assert.Equal("access.escalation", OrgMembers.Add(State, "eve", Developer, By("bob")).Problem?.Code);

        Do(OrgGroups.AddMembers(State, leads, ["bob"], By("ana")));

        Do(OrgMembers.Add(State, "eve", Developer, By("bob")));
    }

    [Fact]
    public void S15_leaving_a_group_that_refuses_counts_as_granting()
    {
        Given();
        var noBilling = Do(OrgRoles.Create(State, "No billing", [Policy.Deny(ResourceType.Billing)], By("ana")));
        var people = Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        var walled = Do(OrgGroups.Create(State, "Walled", [new(noBilling, Selector.AllowAll)], By("ana")));
        Do(OrgMembers.Add(State, "eve", Auditor, By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(people, Selector.AllowAll)], By("ana")));
        Do(OrgGroups.AddMembers(State, walled, ["eve"], By("ana")));
        Assert.False(Allows("eve", Operations.BillingView, ""));

        Assert.Equal("access.escalation", OrgGroups.RemoveMembers(State, walled, ["eve"], By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgGroups.Delete(State, walled, By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgGroups.SetRoles(State, walled, [], By("bob")).Problem?.Code);
        Do(OrgGroups.RemoveMembers(State, walled, ["eve"], By("ana")));
        Assert.True(Allows("eve", Operations.BillingView, ""));
    }

    [Fact]
    public void S15_editing_a_role_looks_at_those_who_hold_it_through_a_group()
    {
        Given();
        var editors = Do(
            OrgRoles.Create(State, "Editors", [Policy.Allow(ResourceType.Roles, Policy.Write)], By("ana"))
        );
        var noBilling = Do(OrgRoles.Create(State, "No billing", [Policy.Deny(ResourceType.Billing)], By("ana")));
        var walled = Do(OrgGroups.Create(State, "Walled", [new(noBilling, Selector.AllowAll)], By("ana")));
        Do(OrgMembers.Add(State, "eve", Auditor, By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(editors, Selector.AllowAll)], By("ana")));
        ImmutableArray<Policy> harmless = [Policy.Allow(ResourceType.Roles, Policy.Read)];
        Assert.True(OrgRoles.Update(State, noBilling, "No billing", harmless, By("bob")).Ok);

        Do(OrgGroups.AddMembers(State, walled, ["eve"], By("ana")));

        Assert.Equal(
            "access.escalation",
            OrgRoles.Update(State, noBilling, "No billing", harmless, By("bob")).Problem?.Code
        );
        Assert.Equal("role.in_use", OrgRoles.Delete(State, noBilling).Problem?.Code);
    }

    [Fact]
    public void A_new_name_of_a_group_gives_nobody_anything()
    {
        Given();
        var people = Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        var admins = Do(OrgGroups.Create(State, "Admins", Administrator, By("ana")));
        Do(OrgGroups.AddMembers(State, admins, ["ana"], By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(people, Selector.AllowAll)], By("ana")));
        var renamed = OrgStateFold.Apply(State, new GroupRenamed(admins, "Owners"));

        var withSomethingElse = OrgMembers.Add(renamed, "eve", [new(people, Selector.AllowAll)], By("bob"));

        Assert.True(withSomethingElse.Ok, withSomethingElse.ToString());
    }

    [Fact]
    public void Groups_refuse_what_is_missing_ill_named_or_named_twice()
    {
        Given();
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));

        Assert.Equal("group.name_taken", OrgGroups.Create(State, "developers", [], By("ana")).Problem?.Code);
        Assert.Equal("group.bad_name", OrgGroups.Create(State, "-", [], By("ana")).Problem?.Code);
        Assert.Equal("group.bad_name", OrgGroups.Rename(State, group, "").Problem?.Code);
        Assert.Equal("group.not_found", OrgGroups.Rename(State, "group-x", "x").Problem?.Code);
        Assert.Equal("group.not_found", OrgGroups.Delete(State, null!, By("ana")).Problem?.Code);
        Assert.Equal("group.not_found", OrgGroups.AddMembers(State, "group-x", ["ana"], By("ana")).Problem?.Code);
        Assert.Equal(
            "member.not_found",
            OrgGroups.AddMembers(State, group, ["ana", "nobody"], By("ana")).Problem?.Code
        );
        Assert.Equal("member.not_found", OrgGroups.AddMembers(State, group, [null!], By("ana")).Problem?.Code);
        Assert.Equal("group.members_missing", OrgGroups.AddMembers(State, group, [], By("ana")).Problem?.Code);
        Assert.Equal("group.members_missing", OrgGroups.RemoveMembers(State, group, default, By("ana")).Problem?.Code);
        Assert.Equal(
            "member.roles_missing",
            OrgGroups.SetRoles(State, group, [.. Developer, .. Developer], By("ana")).Problem?.Code
        );
        Assert.Equal("member.roles_missing", OrgMembers.SetRoles(State, "ana", [], By("ana")).Problem?.Code);
    }

    [Fact]
    public void What_changes_nothing_has_no_event()
    {
        Given();
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["ana"], By("ana")));

        Assert.Empty(OrgGroups.AddMembers(State, group, ["ana", "ana"], By("ana")).Value.Events);
        Assert.Empty(OrgGroups.Rename(State, group, "Developers").Value.Events);
        Assert.Empty(OrgGroups.SetRoles(State, group, Developer, By("ana")).Value.Events);
        Do(OrgGroups.RemoveMembers(State, group, ["ana"], By("ana")));
        Assert.Empty(OrgGroups.RemoveMembers(State, group, ["ana"], By("ana")).Value.Events);
    }

    [Fact]
    public void S14_a_group_that_is_unknown_or_cannot_be_read_gives_nothing_and_takes_nothing_away()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["bob"], By("ana")));
        var stored = State;

        void HoldsNoMoreWith(Func<OrgGroup, OrgGroup> change)
        {
            State = stored with { Groups = stored.Groups.Remove(group).Add(group, change(stored.Groups[group])) };
            Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));
            Assert.True(Allows("bob", Operations.AppGet, "staging/web"));
        }

        Assert.True(Allows("bob", Operations.AppCreate, "staging/web"));
        HoldsNoMoreWith(read => read with { Roles = [new("role-gone", Selector.AllowAll)] });
        HoldsNoMoreWith(read => read with { Roles = [new(BuiltInRoles.DeveloperV2.Id, Selector.Regex("("))] });
        HoldsNoMoreWith(read => read with { Roles = [new(BuiltInRoles.DeveloperV2.Id, null!)] });
        HoldsNoMoreWith(read => read with { Roles = default });
        State = stored with { Groups = stored.Groups.Remove(group) };
        Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));
        State = stored with
        {
            Members = stored.Members.Remove("bob").Add("bob", stored.Members["bob"] with { Groups = default }),
        };
        Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));
        Assert.True(Allows("bob", Operations.AppGet, "staging/web"));
    }

    [Fact]
    public void Groups_survive_their_snapshot()
    {
        Given();
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["ana"], By("ana")));

        var read = ViewJson.Read<OrgState>(ViewJson.Write(State));

        Assert.Equal(State.Groups, read.Groups);
        Assert.Equal(State.Members, read.Members);
    }

    [Fact]
    public void A_removed_member_who_comes_back_is_in_no_group()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["bob"], By("ana")));

        Do(OrgMembers.Remove(State, "bob"));
        Do(OrgMembers.Add(State, "bob", Auditor, By("ana")));

        Assert.False(Allows("bob", Operations.AppCreate, "staging/web"));
    }
}
