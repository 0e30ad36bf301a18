using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

public sealed class OrgTests : OrgStory
{
    private static readonly ImmutableArray<RoleGrant> Developer = [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)];
    private static readonly ImmutableArray<RoleGrant> Administrator =
    [
        RoleGrant.OnAllRacks(BuiltInRoles.Administrator),
    ];
    private static readonly ImmutableArray<Policy> ReadRacks = [Policy.Allow(ResourceType.Racks, Policy.Read)];

    [Fact]
    public void Creating_makes_the_first_Administrator()
    {
        Do(OrgMembers.Create(State, "acme", "ana", By("system")));

        Assert.True(State.Exists);
        Assert.Equal(2, State.Version);
        Assert.True(State.Compile().Decide("ana", Operations.OrgDelete, Resource.Org).Allowed);
        Assert.Equal("org.exists", OrgMembers.Create(State, "acme", "bob", By("system")).Problem?.Code);
    }

    [Theory]
    [InlineData("Acme", "ana", "org.name_invalid")]
    [InlineData("", "ana", "org.name_invalid")]
    [InlineData("acme", "", "member.user_invalid")]
    [InlineData("acme", "a/b", "member.user_invalid")]
    public void Creating_refuses(string name, string administrator, string code) =>
        Assert.Equal(code, OrgMembers.Create(State, name, administrator, By("system")).Problem?.Code);

    [Fact]
    public void A_member_may_do_what_the_roles_say_from_then_on_and_nothing_after_removal()
    {
        Given();

        Do(OrgMembers.Add(State, "bob", Developer, By("ana")));
        Assert.True(State.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);

        Do(OrgMembers.SetRoles(State, "bob", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana")));
        Assert.False(State.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);
        Assert.True(State.Compile().Decide("bob", Operations.AuditRead, Resource.Org).Allowed);

        Do(OrgMembers.Remove(State, "bob"));
        Assert.False(State.Compile().IsMember("bob"));
    }

    [Fact]
    public void Roles_are_only_changed_from_what_whoever_changes_them_saw()
    {
        Given();
        Do(OrgMembers.Add(State, "bob", Developer, By("ana")));
        RoleGrant[] auditor = [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)];

        Assert.Equal(
            "member.roles_stale",
            OrgMembers.SetRoles(State, "bob", [.. auditor], By("ana"), from: [.. auditor]).Problem?.Code
        );
        Do(OrgMembers.SetRoles(State, "bob", [.. auditor], By("ana"), from: Developer));
        Assert.Equal(auditor, State.Members["bob"].Roles);
    }

    [Fact]
    public void S17_a_member_is_added_with_roles_and_racks_or_not_at_all()
    {
        Given();

        Assert.Equal("member.roles_missing", OrgMembers.Add(State, "bob", [], By("ana")).Problem?.Code);
        Assert.Equal("member.roles_missing", OrgMembers.Add(State, "bob", default, By("ana")).Problem?.Code);
        Assert.Equal(
            "member.roles_missing",
            OrgMembers.Add(State, "bob", [.. Developer, .. Developer], By("ana")).Problem?.Code
        );
        Assert.Equal(
            "access.bad_selector",
            OrgMembers.Add(State, "bob", [new("DeveloperV2", null!)], By("ana")).Problem?.Code
        );
        Assert.Equal(
            "access.bad_selector",
            OrgMembers.Add(State, "bob", [new("DeveloperV2", Selector.DenyAll)], By("ana")).Problem?.Code
        );
        Assert.Equal(
            "role.unknown",
            OrgMembers.Add(State, "bob", [new("Boss", Selector.AllowAll)], By("ana")).Problem?.Code
        );

        Do(OrgMembers.Add(State, "bob", [new("DeveloperV2", Selector.Name("staging"))], By("ana")));
        Assert.True(State.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);
        Assert.False(State.Compile().Decide("bob", Operations.AppGet, Resource.App("prod", "web")).Allowed);
    }

    [Fact]
    public void The_last_Administrator_is_neither_removed_nor_demoted()
    {
        Given();

        Assert.Equal("org.last_administrator", OrgMembers.Remove(State, "ana").Problem?.Code);
        Assert.Equal("org.last_administrator", OrgMembers.SetRoles(State, "ana", Developer, By("ana")).Problem?.Code);
        Assert.Equal(
            "org.last_administrator",
            OrgMembers.SetRoles(State, "ana", [new("Administrator", Selector.Name("staging"))], By("ana")).Problem?.Code
        );

        Do(OrgMembers.Add(State, "bob", Administrator, By("ana")));
        Do(OrgMembers.Remove(State, "ana"));
        Assert.Equal("org.last_administrator", OrgMembers.Remove(State, "bob").Problem?.Code);
    }

    [Fact]
    public void S15_nobody_adds_promotes_or_resets_beyond_what_they_hold()
    {
        Given();
        Do(OrgRoles.Create(State, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        var people = State.Roles.Values.Single();
        Do(OrgMembers.Add(State, "bob", [RoleGrant.OnAllRacks(people), .. Developer], By("ana")));

        Assert.Equal("access.escalation", OrgMembers.Add(State, "eve", Administrator, By("bob")).Problem?.Code);
        Assert.Equal(
            "access.escalation",
            OrgMembers
                .SetRoles(
                    State,
                    "bob",
                    [RoleGrant.OnAllRacks(people), RoleGrant.OnAllRacks(BuiltInRoles.OperatorV2)],
                    By("bob")
                )
                .Problem?.Code
        );
        Assert.Equal("access.escalation", OrgMembers.CheckReset(State, "ana", By("bob"))?.Code);
        Do(OrgMembers.Add(State, "eve", Developer, By("bob")));
        Assert.Null(OrgMembers.CheckReset(State, "eve", By("bob")));
    }

    [Fact]
    public void S15_a_role_is_made_or_cloned_within_what_its_maker_holds()
    {
        Given();
        var editor = Do(OrgRoles.Create(State, "Editor", [Policy.Allow(ResourceType.Roles, Policy.Write)], By("ana")));
        Do(OrgMembers.Add(State, "bob", [new(editor, Selector.AllowAll), .. Developer], By("ana")));

        foreach (var wide in new[] { BuiltInRoles.Administrator, BuiltInRoles.OperatorV2 })
        {
            Assert.Equal("access.escalation", OrgRoles.Clone(State, wide.Id, "Mine", By("bob")).Problem?.Code);
        }

        ImmutableArray<Policy> billing = [Policy.Allow(ResourceType.Billing, Policy.Write)];
        Assert.Equal("access.escalation", OrgRoles.Create(State, "Mine", billing, By("bob")).Problem?.Code);
        Do(OrgRoles.Clone(State, BuiltInRoles.DeveloperV2.Id, "Mine", By("bob")));
    }

    [Fact]
    public void S04_the_operator_and_a_member_of_another_organization_grant_nothing()
    {
        Given();
        var operatorCall = By("ana") with
        {
            Caller = By("ana").Caller with { Principal = new(PrincipalKind.Operator, "ana", "ana") },
        };
        var elsewhere = By("ana") with { Caller = By("ana").Caller with { Org = "other" } };

        Assert.Equal("access.escalation", OrgMembers.Add(State, "bob", Developer, operatorCall).Problem?.Code);
        Assert.Equal("access.escalation", OrgMembers.Add(State, "bob", Developer, elsewhere).Problem?.Code);
        Assert.Equal("access.escalation", OrgRoles.Create(State, "r", ReadRacks, By("stranger")).Problem?.Code);
    }

    [Fact]
    public void A_custom_role_counts_as_soon_as_it_changes()
    {
        Given();
        Do(OrgRoles.Create(State, "Racks", ReadRacks, By("ana")));
        var role = State.Roles.Values.Single();
        Do(OrgMembers.Add(State, "bob", [RoleGrant.OnAllRacks(role)], By("ana")));
        Assert.False(State.Compile().Decide("bob", Operations.RackUpdate, Resource.Rack("staging")).Allowed);

        Do(OrgRoles.Update(State, role.Id, "Racks", [Policy.Allow(ResourceType.Racks, Policy.Write)], By("ana")));

        Assert.True(State.Compile().Decide("bob", Operations.RackUpdate, Resource.Rack("staging")).Allowed);
        Assert.Equal("role.in_use", OrgRoles.Delete(State, role.Id).Problem?.Code);
        Do(OrgMembers.Remove(State, "bob"));
        Do(OrgRoles.Delete(State, role.Id));
        Assert.Empty(State.Roles);
    }

    [Fact]
    public void S15_editing_a_role_looks_at_what_its_holders_gain()
    {
        Given();
        Do(OrgRoles.Create(State, "Editors", [Policy.Allow(ResourceType.Roles, Policy.Write)], By("ana")));
        Do(OrgRoles.Create(State, "No users", [Policy.Deny(ResourceType.Users)], By("ana")));
        var editors = State.Roles.Values.Single(r => r.Name == "Editors");
        var noUsers = State.Roles.Values.Single(r => r.Name == "No users");
        Do(OrgMembers.Add(State, "bob", [RoleGrant.OnAllRacks(editors)], By("ana")));
        Do(OrgMembers.Add(State, "eve", [.. Administrator, RoleGrant.OnAllRacks(noUsers)], By("ana")));

        Assert.Equal(
            "access.escalation",
            OrgRoles
                .Update(State, noUsers.Id, "No users", [Policy.Allow(ResourceType.Roles, Policy.Read)], By("bob"))
                .Problem?.Code
        );
        Assert.Equal(
            "access.escalation",
            OrgRoles
                .Update(State, editors.Id, "Editors", [Policy.Allow(ResourceType.Users, Policy.Read)], By("bob"))
                .Problem?.Code
        );
        Assert.Equal(
            "access.escalation",
            OrgRoles.Create(State, "Copy", BuiltInRoles.OperatorV2.Policies, By("bob")).Problem?.Code
        );
        Do(OrgRoles.Create(State, "Readers", [Policy.Allow(ResourceType.Roles, Policy.Read)], By("bob")));
    }

    [Fact]
    public void Roles_refuse_what_is_built_in_missing_or_named_twice()
    {
        Given();
        Do(OrgRoles.Create(State, "Racks", ReadRacks, By("ana")));
        var id = State.Roles.Keys.Single();

        Assert.Equal(
            "role.built_in",
            OrgRoles.Update(State, "Administrator", "Administrator", ReadRacks, By("ana")).Problem?.Code
        );
        Assert.Equal("role.built_in", OrgRoles.Delete(State, "Auditor").Problem?.Code);
        Assert.Equal("role.not_found", OrgRoles.Update(State, "role-x", "x", ReadRacks, By("ana")).Problem?.Code);
        Assert.Equal("role.not_found", OrgRoles.Delete(State, "role-x").Problem?.Code);
        Assert.Equal("role.name_taken", OrgRoles.Create(State, "racks", ReadRacks, By("ana")).Problem?.Code);
        Assert.Equal("role.name_taken", OrgRoles.Create(State, "administrator", ReadRacks, By("ana")).Problem?.Code);
        Assert.Empty(OrgRoles.Update(State, id, "Racks", ReadRacks, By("ana")).Value.Events);
    }

    [Fact]
    public void TheState_survives_its_snapshot()
    {
        Given();
        Do(
            OrgRoles.Create(
                State,
                "Racks",
                [
                    Policy.Allow(ResourceType.Application, Policy.Write, Selector.Regex("web.*")) with
                    {
                        Racks = Selector.List("a", "b"),
                        Without = ["app.exec"],
                    },
                    .. ReadRacks,
                ],
                By("ana")
            )
        );
        Do(OrgMembers.Add(State, "bob", [new(State.Roles.Keys.Single(), Selector.Name("staging"))], By("ana")));

        var read = ViewJson.Read<OrgState>(ViewJson.Write(State));

        Assert.Equal(State.Members, read.Members);
        Assert.Equal(State.Roles, read.Roles);
        Assert.Equal((State.Name, State.Version, State.Created), (read.Name, read.Version, read.Created));
    }
}
