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
    public void Roles_of_a_group_that_moved_are_not_overwritten()
    {
        Given();
        var group = Do(OrgGroups.Create(State, "Developers", Developer, By("ana")));

        Assert.Equal(
            "group.roles_stale",
            OrgGroups.SetRoles(State, group, Auditor, By("ana"), from: Auditor).Problem?.Code
        );
        Do(OrgGroups.SetRoles(State, group, Auditor, By("ana"), from: Developer));
        Assert.True(State.Groups[group].Roles.SequenceEqual(Auditor));
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
