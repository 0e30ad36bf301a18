using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>What is held through a group counts like what is held directly, in every guard.</summary>
public sealed class OrgGroupGuardTests : OrgStory
{
    private static readonly ImmutableArray<RoleGrant> Developer = [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)];
    private static readonly ImmutableArray<RoleGrant> Auditor = [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)];
    private static readonly ImmutableArray<RoleGrant> Administrator =
    [
        RoleGrant.OnAllRacks(BuiltInRoles.Administrator),
    ];

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
}
