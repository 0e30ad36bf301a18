using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.Access;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>What a text would change is planned and applied as planned.</summary>
public sealed class AccessPlanTests : OrgStory
{
    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var random = new Random(seed);
        GivenSome();
        var whole = AccessWriter.Write(AccessDocument.Of(State));
        for (var round = 0; round < 2000; round++)
        {
            var text = whole.ToCharArray();
            for (var i = 0; i < 3; i++)
            {
                text[random.Next(text.Length)] = "\n :-[]{}\"'*&!|>%~,#ax\0\t"[random.Next(22)];
            }

            var read = AccessReader.Read(new string(text));
            Assert.True(read.Ok || read.Problem.Code == "access.bad_document", $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void What_is_exported_and_applied_changes_nothing()
    {
        GivenSome();

        var read = AccessReader.Read(AccessWriter.Write(AccessDocument.Of(State))).Value;

        Assert.Empty(AccessPlanner.Plan(State, read).Value.Steps);
    }

    [Fact]
    public void A_plan_says_what_it_creates_changes_and_deletes_and_applying_does_just_that()
    {
        GivenSome();
        var document = AccessReader
            .Read(
                """
                roles:
                  - name: Readers
                    policies:
                      - allow: Racks:Read
                      - allow: Application:Read
                  - name: Builders
                    policies:
                      - allow: Application:build.create
                groups:
                  - name: Crew
                    roles:
                      - {role: Builders, racks: staging}
                members:
                  - user: bob
                    roles:
                      - {role: Readers, racks: "*"}
                    groups: [Crew]
                """
            )
            .Value;

        var plan = AccessPlanner.Plan(State, document).Value;
        Assert.Equal(
            [
                "Update Role Readers",
                "Create Role Builders",
                "Create Group Crew",
                "Update Member bob",
                "Delete Group Developers",
                "Delete Role Old",
            ],
            plan.Steps.Select(step => $"{step.Action} {step.Subject} {step.Name}")
        );
        Assert.Equal(["+ {allow: Application:Read}"], plan.Steps[0].Changes.AsEnumerable());
        Do(AccessPlanner.Apply(State, document, plan.Hash, By("ana")));

        Assert.Empty(AccessPlanner.Plan(State, document).Value.Steps);
        Assert.True(Allows("bob", Operations.BuildCreate, "staging/web"));
        Assert.False(Allows("bob", Operations.BuildCreate, "prod/web"));
        Assert.Equal(["Builders", "Readers"], State.Roles.Values.Select(role => role.Name).Order());
        Assert.Equal(["Crew"], State.Groups.Values.Select(group => group.Name));
        Assert.True(State.Members.ContainsKey("eve"));
    }

    [Fact]
    public void A_stale_plan_is_refused_and_an_unrelated_change_does_not_make_it_stale()
    {
        GivenSome();
        var document = AccessReader
            .Read(
                "roles:\n  - name: Readers\n    policies:\n      - allow: Racks:Write\n  - name: Old\n    policies:\n      - allow: Racks:Read"
            )
            .Value;
        var plan = AccessPlanner.Plan(State, document).Value;

        Do(OrgMembers.Add(State, "new", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana")));
        Assert.Equal(plan.Hash, AccessPlanner.Plan(State, document).Value.Hash);
        var readers = State.Roles.Values.Single(role => role.Name == "Readers");
        Do(OrgRoles.Update(State, readers.Id, "Readers", [Policy.Allow(ResourceType.Users, Policy.Read)], By("ana")));

        Assert.Equal("access.stale_plan", AccessPlanner.Apply(State, document, plan.Hash, By("ana")).Problem?.Code);
        Do(AccessPlanner.Apply(State, document, AccessPlanner.Plan(State, document).Value.Hash, By("ana")));
    }

    [Fact]
    public void A_name_with_its_id_is_a_rename()
    {
        GivenSome();
        var readers = State.Roles.Values.Single(role => role.Name == "Readers");
        var document = AccessDocument.Of(State);
        document = document with
        {
            Roles =
            [
                .. document.Roles!.Value.Select(role => role.Name == "Readers" ? role with { Name = "Viewers" } : role),
            ],
            Groups = null,
            Members = null,
        };

        var plan = AccessPlanner.Plan(State, document).Value;
        Do(AccessPlanner.Apply(State, document, plan.Hash, By("ana")));

        Assert.Equal(["- name: Readers", "+ name: Viewers"], Assert.Single(plan.Steps).Changes.AsEnumerable());
        Assert.Equal("Viewers", State.Roles[readers.Id].Name);
    }

    [Fact]
    public void S15_a_document_gives_nobody_what_its_applier_lacks()
    {
        GivenSome();
        var people = Do(
            OrgRoles.Create(
                State,
                "People",
                [Policy.Allow(ResourceType.Users, Policy.Write), Policy.Allow(ResourceType.Roles, Policy.Write)],
                By("ana")
            )
        );
        Do(OrgMembers.SetRoles(State, "eve", [new(people, Selector.AllowAll)], By("ana")));
        foreach (
            var text in new[]
            {
                "members:\n  - user: eve\n    roles:\n      - {role: Administrator, racks: \"*\"}",
                "groups:\n  - name: Mine\n    roles:\n      - {role: OperatorV2, racks: \"*\"}",
                "members:\n  - user: bob\n    roles: [{role: Auditor, racks: \"*\"}]\n    groups: []",
            }
        )
        {
            var document = AccessReader.Read(text).Value;
            var plan = AccessPlanner.Plan(State, document).Value;
            Assert.Equal("access.escalation", AccessPlanner.Apply(State, document, plan.Hash, By("eve")).Problem?.Code);
        }
    }

    [Theory]
    [InlineData("members:\n  - user: ana\n    roles: [{role: Auditor, racks: \"*\"}]", "org.last_administrator")]
    [InlineData("members:\n  - user: nobody\n    roles: []", "access.bad_document")]
    [InlineData("members:\n  - user: bob\n    roles: [{role: Boss, racks: \"*\"}]", "access.bad_document")]
    [InlineData("members:\n  - user: bob\n    roles: []\n    groups: []", "access.bad_document")]
    [InlineData("members:\n  - user: bob\n    roles: []\n    groups: [Nobody]", "access.bad_document")]
    [InlineData("roles: []", "access.bad_document")]
    [InlineData("roles:\n  - name: auditor\n    policies: [{allow: 'Racks:Read'}]", "access.bad_document")]
    public void What_cannot_be_is_refused(string text, string code)
    {
        GivenSome();
        var document = AccessReader.Read(text).Value;

        var planned = AccessPlanner.Plan(State, document);

        Assert.Equal(
            code,
            planned.Ok
                ? AccessPlanner.Apply(State, document, planned.Value.Hash, By("ana")).Problem?.Code
                : planned.Problem.Code
        );
    }

    [Fact]
    public void A_document_with_too_many_changes_is_refused_whole()
    {
        Given();
        var roles = Enumerable
            .Range(0, 251)
            .Select(i => new RoleEntry($"r{i}", null, [Policy.Allow(ResourceType.Racks, Policy.Read)]))
            .ToImmutableArray();

        Assert.Equal("access.plan_too_large", AccessPlanner.Plan(State, new() { Roles = roles }).Problem?.Code);
        Assert.Equal(250, AccessPlanner.Plan(State, new() { Roles = roles[..250] }).Value.Steps.Length);
    }

    private void GivenSome()
    {
        Given();
        var readers = Do(OrgRoles.Create(State, "Readers", [Policy.Allow(ResourceType.Racks, Policy.Read)], By("ana")));
        Do(OrgRoles.Create(State, "Old", [Policy.Deny(ResourceType.Billing)], By("ana")));
        var group = Do(
            OrgGroups.Create(State, "Developers", [new("DeveloperV2", Selector.Name("staging"))], By("ana"))
        );
        Do(OrgMembers.Add(State, "bob", [new(readers, Selector.Regex("prod-.*"))], By("ana")));
        Do(OrgMembers.Add(State, "eve", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana")));
        Do(OrgGroups.AddMembers(State, group, ["bob"], By("ana")));
    }
}
