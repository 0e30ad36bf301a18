using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.Access;

namespace Palisade.Domain.Tests.Orgs;

public sealed class AccessTextTests : OrgStory
{
    [Fact]
    public void A_role_as_text_is_read_as_written()
    {
        var role = AccessReader
            .ReadRole(
                """
                name: Payments
                policies:
                  - allow: Application:Write
                    on: [web, staging/api]
                    racks: staging
                    without: [app.exec]
                  - allow: Application:app.logs
                    on: "/web-.*/"
                    racks: "*"
                  - deny: Billing
                  - deny: Users:member.add
                  - allow: Racks:Read
                """
            )
            .Value;

        Assert.Equal("Payments", role.Name);
        Assert.Equal(
            [
                Policy.Allow(ResourceType.Application, Policy.Write, Selector.List("web", "staging/api")) with
                {
                    Racks = Selector.Name("staging"),
                    Without = ["app.exec"],
                },
                Policy.Allow(ResourceType.Application, "app.logs", Selector.Regex("web-.*")) with
                {
                    Racks = Selector.AllowAll,
                },
                Policy.Deny(ResourceType.Billing),
                Policy.Deny(ResourceType.Users, "member.add"),
                Policy.Allow(ResourceType.Racks, Policy.Read),
            ],
            role.Policies.AsEnumerable()
        );
    }

    [Fact]
    public void Every_role_that_is_well_formed_is_the_same_after_text()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        ImmutableArray<string> names = ["null", "Null", "no", "1.5", "a b", "x ", "true", "Payments", "a-b_c.d"];
        var written = 0;
        for (var round = 0; round < 3000; round++)
        {
            var role = new Role
            {
                Id = "role-1",
                Name = names[round % names.Length],
                Policies = [.. Enumerable.Range(0, 1 + (round % 4)).Select(_ => draw.Policy())],
            };
            if (RoleRules.Check(role.Name, role.Policies) is not null)
            {
                continue;
            }

            var text = AccessWriter.Write(role);
            var read = AccessReader.ReadRole(text);

            Assert.True(read.Ok, $"seed {seed}, round {round}: {read.Problem?.Text}\n{text}");
            Assert.True(
                read.Value.Name == role.Name && read.Value.Policies.SequenceEqual(role.Policies),
                $"seed {seed}, round {round}:\n{text}"
            );
            written++;
        }

        Assert.True(written > 1000, $"seed {seed}: only {written} roles were well-formed");
        foreach (var pattern in new[] { "web-.*", @"a\[b", "[\"'#:]x", "a|b", "x{2,3}", @"staging\/w" })
        {
            var role = new Role
            {
                Id = "r",
                Name = "r",
                Policies = [Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(pattern))],
            };
            Assert.Equal(role.Policies.AsEnumerable(), AccessReader.ReadRole(AccessWriter.Write(role)).Value.Policies);
        }
    }

    [Theory]
    [InlineData(
        "name: x\npolicies:\n  - allow: Aplication:Write",
        "line 3: policies[0]: no resource type is called Aplication; did you mean Application?"
    )]
    [InlineData(
        "name: x\npolicies:\n  - allow: Application:Write\n    rack: staging",
        "line 4: policies[0].rack: an unknown key, without effect; did you mean racks?"
    )]
    [InlineData(
        "name: x\npolicies:\n  - allow: Application",
        "line 3: policies[0]: it must be said what is allowed; write Application:Read, Application:Write or Application: and an operation"
    )]
    [InlineData(
        "name: x\npolicies:\n  - allow: Application:app.launch",
        "line 3: policies[0]: The role is refused: no operation is called app.launch; see the guide to access"
    )]
    [InlineData(
        "name: x\npolicies:\n  - allow: Application:Write\n    on:",
        "line 4: policies[0].on: nothing is written after it; write a value, [] for none, or leave the key out"
    )]
    [InlineData(
        "name: x\npolicies:\n  - allow: Application:Write\n    racks: ~",
        "line 4: policies[0].racks: nothing is written after it"
    )]
    [InlineData(
        "name: x\npolicies:\n  - deny: Billing\n    on: web",
        "line 4: policies[0].on: a refusal chooses no names; leave on: out"
    )]
    [InlineData("name: x\npolicies: []", "line 1: policies: a role has 1 to 100 policies")]
    [InlineData("policies:\n  - allow: Racks:Read", "line 1: name: missing; write name: and a name")]
    [InlineData(
        "name: x\npolicies:\n  - allow: Racks:Read\n    deny: Racks",
        "line 3: policies[0]: a policy is an allow or a deny"
    )]
    [InlineData("- a", "line 1: not a map at top level")]
    [InlineData("name: [", "line 1: not valid YAML")]
    public void What_is_wrong_is_told_with_line_key_and_remedy(string text, string expected)
    {
        var problem = AccessReader.ReadRole(text).Problem;

        Assert.Equal("access.bad_document", problem?.Code);
        Assert.Contains(expected, problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members:\n  - user: ana", "members[0].roles: missing")]
    [InlineData(
        "members:\n  - user: ana\n    roles:\n      - role: Auditor",
        "members[0].roles[0].racks: it must be said on which racks"
    )]
    [InlineData("roles:", "roles: nothing is written after it")]
    [InlineData("role:\n  - name: x", "role: an unknown key")]
    public void S17_a_document_that_leaves_something_open_is_refused(string text, string expected) =>
        Assert.Contains(expected, AccessReader.Read(text).Problem!.Message, StringComparison.Ordinal);

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
