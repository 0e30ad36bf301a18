using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>Given an organization, when somebody does something, then these events or this refusal.</summary>
public sealed class OrgTests
{
    private static readonly ImmutableArray<RoleGrant> Developer = [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)];
    private static readonly ImmutableArray<RoleGrant> Administrator = [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)];
    private static readonly ImmutableArray<Policy> ReadRacks = [Policy.Allow(ResourceType.Racks, Policy.Read)];

    private OrgState _state = new();
    private int _ids;

    [Fact]
    public void Creating_makes_the_first_Administrator()
    {
        Do(OrgMembers.Create(_state, "acme", "ana", By("system")));

        Assert.True(_state.Exists);
        Assert.Equal(2, _state.Version);
        Assert.True(_state.Compile().Decide("ana", Operations.OrgDelete, Resource.Org).Allowed);
        Assert.Equal("org.exists", OrgMembers.Create(_state, "acme", "bob", By("system")).Problem?.Code);
    }

    [Theory]
    [InlineData("Acme", "ana", "org.name_invalid")]
    [InlineData("", "ana", "org.name_invalid")]
    [InlineData("acme", "", "member.user_invalid")]
    [InlineData("acme", "a/b", "member.user_invalid")]
    public void Creating_refuses(string name, string administrator, string code) =>
        Assert.Equal(code, OrgMembers.Create(_state, name, administrator, By("system")).Problem?.Code);

    [Fact]
    public void A_member_may_do_what_the_roles_say_from_then_on_and_nothing_after_removal()
    {
        Given();

        Do(OrgMembers.Add(_state, "bob", Developer, By("ana")));
        Assert.True(_state.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);

        Do(OrgMembers.SetRoles(_state, "bob", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana")));
        Assert.False(_state.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);
        Assert.True(_state.Compile().Decide("bob", Operations.AuditRead, Resource.Org).Allowed);

        Do(OrgMembers.Remove(_state, "bob"));
        Assert.False(_state.Compile().IsMember("bob"));
    }

    [Fact]
    public void S17_a_member_is_added_with_roles_and_racks_or_not_at_all()
    {
        Given();

        Assert.Equal("member.roles_missing", OrgMembers.Add(_state, "bob", [], By("ana")).Problem?.Code);
        Assert.Equal("member.roles_missing", OrgMembers.Add(_state, "bob", default, By("ana")).Problem?.Code);
        Assert.Equal("member.roles_missing", OrgMembers.Add(_state, "bob", [.. Developer, .. Developer], By("ana")).Problem?.Code);
        Assert.Equal("access.bad_selector", OrgMembers.Add(_state, "bob", [new("DeveloperV2", null!)], By("ana")).Problem?.Code);
        Assert.Equal("access.bad_selector", OrgMembers.Add(_state, "bob", [new("DeveloperV2", Selector.DenyAll)], By("ana")).Problem?.Code);
        Assert.Equal("role.unknown", OrgMembers.Add(_state, "bob", [new("Boss", Selector.AllowAll)], By("ana")).Problem?.Code);

        Do(OrgMembers.Add(_state, "bob", [new("DeveloperV2", Selector.Name("staging"))], By("ana")));
        Assert.True(_state.Compile().Decide("bob", Operations.AppCreate, Resource.App("staging", "web")).Allowed);
        Assert.False(_state.Compile().Decide("bob", Operations.AppGet, Resource.App("prod", "web")).Allowed);
    }

    [Fact]
    public void The_last_Administrator_is_neither_removed_nor_demoted()
    {
        Given();

        Assert.Equal("org.last_administrator", OrgMembers.Remove(_state, "ana").Problem?.Code);
        Assert.Equal("org.last_administrator", OrgMembers.SetRoles(_state, "ana", Developer, By("ana")).Problem?.Code);
        Assert.Equal("org.last_administrator",
            OrgMembers.SetRoles(_state, "ana", [new("Administrator", Selector.Name("staging"))], By("ana")).Problem?.Code);

        Do(OrgMembers.Add(_state, "bob", Administrator, By("ana")));
        Do(OrgMembers.Remove(_state, "ana"));
        Assert.Equal("org.last_administrator", OrgMembers.Remove(_state, "bob").Problem?.Code);
    }

    [Fact]
    public void S15_nobody_adds_promotes_or_resets_beyond_what_they_hold()
    {
        Given();
        Do(OrgRoles.Create(_state, "People", [Policy.Allow(ResourceType.Users, Policy.Write)], By("ana")));
        var people = _state.Roles.Values.Single();
        Do(OrgMembers.Add(_state, "bob", [RoleGrant.OnAllRacks(people), .. Developer], By("ana")));

        Assert.Equal("access.escalation", OrgMembers.Add(_state, "eve", Administrator, By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgMembers.SetRoles(_state, "bob", [RoleGrant.OnAllRacks(people), RoleGrant.OnAllRacks(BuiltInRoles.OperatorV2)], By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgMembers.CheckReset(_state, "ana", By("bob"))?.Code);
        Do(OrgMembers.Add(_state, "eve", Developer, By("bob")));
        Assert.Null(OrgMembers.CheckReset(_state, "eve", By("bob")));
    }

    [Fact]
    public void S04_the_operator_and_a_member_of_another_organization_grant_nothing()
    {
        Given();
        var operatorCall = By("ana") with { Caller = By("ana").Caller with { Principal = new(PrincipalKind.Operator, "ana", "ana") } };
        var elsewhere = By("ana") with { Caller = By("ana").Caller with { Org = "other" } };

        Assert.Equal("access.escalation", OrgMembers.Add(_state, "bob", Developer, operatorCall).Problem?.Code);
        Assert.Equal("access.escalation", OrgMembers.Add(_state, "bob", Developer, elsewhere).Problem?.Code);
        Assert.Equal("access.escalation", OrgRoles.Create(_state, "r", ReadRacks, By("stranger")).Problem?.Code);
    }

    [Fact]
    public void A_custom_role_counts_as_soon_as_it_changes()
    {
        Given();
        Do(OrgRoles.Create(_state, "Racks", ReadRacks, By("ana")));
        var role = _state.Roles.Values.Single();
        Do(OrgMembers.Add(_state, "bob", [RoleGrant.OnAllRacks(role)], By("ana")));
        Assert.False(_state.Compile().Decide("bob", Operations.RackUpdate, Resource.Rack("staging")).Allowed);

        Do(OrgRoles.Update(_state, role.Id, "Racks", [Policy.Allow(ResourceType.Racks, Policy.Write)], By("ana")));

        Assert.True(_state.Compile().Decide("bob", Operations.RackUpdate, Resource.Rack("staging")).Allowed);
        Assert.Equal("role.in_use", OrgRoles.Delete(_state, role.Id).Problem?.Code);
        Do(OrgMembers.Remove(_state, "bob"));
        Do(OrgRoles.Delete(_state, role.Id));
        Assert.Empty(_state.Roles);
    }

    [Fact]
    public void S15_editing_a_role_looks_at_what_its_holders_gain()
    {
        Given();
        Do(OrgRoles.Create(_state, "Editors", [Policy.Allow(ResourceType.Roles, Policy.Write)], By("ana")));
        Do(OrgRoles.Create(_state, "No users", [Policy.Deny(ResourceType.Users)], By("ana")));
        var editors = _state.Roles.Values.Single(r => r.Name == "Editors");
        var noUsers = _state.Roles.Values.Single(r => r.Name == "No users");
        Do(OrgMembers.Add(_state, "bob", [RoleGrant.OnAllRacks(editors)], By("ana")));
        Do(OrgMembers.Add(_state, "eve", [.. Administrator, RoleGrant.OnAllRacks(noUsers)], By("ana")));

        Assert.Equal("access.escalation", OrgRoles.Update(_state, noUsers.Id, "No users", [Policy.Allow(ResourceType.Roles, Policy.Read)], By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgRoles.Update(_state, editors.Id, "Editors", [Policy.Allow(ResourceType.Users, Policy.Read)], By("bob")).Problem?.Code);
        Assert.Equal("access.escalation", OrgRoles.Create(_state, "Copy", BuiltInRoles.OperatorV2.Policies, By("bob")).Problem?.Code);
        Do(OrgRoles.Create(_state, "Readers", [Policy.Allow(ResourceType.Roles, Policy.Read)], By("bob")));
    }

    [Fact]
    public void Roles_refuse_what_is_built_in_missing_or_named_twice()
    {
        Given();
        Do(OrgRoles.Create(_state, "Racks", ReadRacks, By("ana")));
        var id = _state.Roles.Keys.Single();

        Assert.Equal("role.built_in", OrgRoles.Update(_state, "Administrator", "Administrator", ReadRacks, By("ana")).Problem?.Code);
        Assert.Equal("role.built_in", OrgRoles.Delete(_state, "Auditor").Problem?.Code);
        Assert.Equal("role.not_found", OrgRoles.Update(_state, "role-x", "x", ReadRacks, By("ana")).Problem?.Code);
        Assert.Equal("role.not_found", OrgRoles.Delete(_state, "role-x").Problem?.Code);
        Assert.Equal("role.name_taken", OrgRoles.Create(_state, "racks", ReadRacks, By("ana")).Problem?.Code);
        Assert.Equal("role.name_taken", OrgRoles.Create(_state, "administrator", ReadRacks, By("ana")).Problem?.Code);
        Assert.Empty(OrgRoles.Update(_state, id, "Racks", ReadRacks, By("ana")).Value.Events);
    }

    [Fact]
    public void The_state_survives_its_snapshot()
    {
        Given();
        Do(OrgRoles.Create(_state, "Racks", [Policy.Allow(ResourceType.Application, Policy.Write, Selector.Regex("web.*")) with { Racks = Selector.List("a", "b"), Without = ["app.exec"] }, .. ReadRacks], By("ana")));
        Do(OrgMembers.Add(_state, "bob", [new(_state.Roles.Keys.Single(), Selector.Name("staging"))], By("ana")));

        var read = ViewJson.Read<OrgState>(ViewJson.Write(_state));

        Assert.Equal(_state.Members, read.Members);
        Assert.Equal(_state.Roles, read.Roles);
        Assert.Equal((_state.Name, _state.Version, _state.Created), (read.Name, read.Version, read.Created));
    }

    private void Given() => Do(OrgMembers.Create(_state, "acme", "ana", By("system")));

    private void Do<T>(Result<Decision<OrgEvent, T>> decided)
    {
        Assert.True(decided.Ok, decided.ToString());
        _state = decided.Value.Events.Aggregate(_state, OrgStateFold.Apply);
    }

    private DecideContext By(string user) => new(
        DateTimeOffset.UnixEpoch,
        new Caller
        {
            Principal = new(PrincipalKind.User, user, user), SignIn = "session", Ip = "127.0.0.1", Client = "test", RequestId = "1", Org = "acme",
        },
        new CountingIds(() => _ids++));

    private sealed class CountingIds(Func<int> next) : IIdSource
    {
        public string Letters(char prefix) => prefix + new string('A', 10);

        public string Hex(int bytes) => next().ToString("x").PadLeft(bytes * 2, '0');

        public string Alphanumeric(int length) => new('a', length);
    }
}
