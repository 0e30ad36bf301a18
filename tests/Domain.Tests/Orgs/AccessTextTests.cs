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
}
