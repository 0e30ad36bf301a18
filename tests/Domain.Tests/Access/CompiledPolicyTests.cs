using Palisade.Domain.Access;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

public sealed partial class CompiledPolicyTests
{
    [Fact]
    public void The_published_pattern_of_a_restricted_administrator_reads_users_and_roles_and_has_no_billing()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.AllResources, Policy.Write),
            Policy.Deny(ResourceType.Billing),
            Policy.Allow(ResourceType.Users, Policy.Read),
            Policy.Allow(ResourceType.Roles, Policy.Read)
        );

        Assert.True(policy.Allows(Operations.RoleList, ""));
        Assert.False(policy.Allows(Operations.RoleUpdate, ""));
        Assert.True(policy.Allows(Operations.MemberList, ""));
        Assert.False(policy.Allows(Operations.MemberAdd, ""));
        Assert.False(policy.Allows(Operations.BillingView, ""));
        Assert.True(policy.Allows(Operations.RackUpdate, "prod"));
        Assert.True(policy.Allows(Operations.ReleasePromote, "prod/web"));
        Assert.False(policy.Allows(Operations.OrgDelete, ""));
    }

    [Theory]
    [InlineData("web-.*", "web-1", true)]
    [InlineData("web-.*", "web", false)]
    [InlineData("web-.*", "my-web-1", false)]
    [InlineData("WEB", "web", false)]
    [InlineData("(?:web|api)", "api", true)]
    [InlineData("web|api", "web-api", false)]
    [InlineData("staging/web", "web", true)]
    [InlineData("prod/web", "web", false)]
    [InlineData("stag.*/w.*", "web", true)]
    [InlineData("stag.*/", "web", false)]
    [InlineData("staging\\/web", "web", true)]
    [InlineData("staging.web", "web", false)]
    public void A_pattern_matches_whole_names_and_does_not_cross_a_slash(string pattern, string app, bool matches)
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(pattern))
        );

        Assert.Equal(matches, policy.Allows(Operations.AppGet, $"staging/{app}"));
    }

    [Fact]
    public void A_name_without_a_slash_is_of_any_rack_and_one_with_a_slash_of_that_rack()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Write, Selector.List("web", "staging/api"))
        );

        Assert.True(policy.Allows(Operations.AppDelete, "prod/web"));
        Assert.True(policy.Allows(Operations.AppDelete, "staging/api"));
        Assert.False(policy.Allows(Operations.AppDelete, "prod/api"));
        Assert.False(policy.Allows(Operations.AppDelete, "staging/web2"));
    }

    [Fact]
    public void An_application_needs_its_rack_to_be_readable_and_the_explanation_shows_both_legs()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read, Selector.Name("staging")),
            Policy.Allow(ResourceType.Application, Policy.Write)
        );

        Assert.True(policy.Allows(Operations.AppCreate, "staging/new"));
        Assert.False(policy.Allows(Operations.AppCreate, "prod/new"));

        var why = policy.Decide(User, Operations.AppCreate, Resource.App("prod", "new")).Explain();
        Assert.Equal(
            [("Application:Write", true), ("Racks:Read", false)],
            why.Legs.Select(leg => (leg.Permission, leg.Allowed))
        );
        Assert.Equal("Racks:rack.get on rack prod", why.SmallestGrant);
        Assert.Equal("role r: Application:Write", why.Legs[0].Rule);
    }

    [Fact]
    public void To_list_racks_is_not_to_see_one()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, "rack.list"),
            Policy.Allow(ResourceType.Application, Policy.Read)
        );

        Assert.True(policy.Allows(Operations.RackList, ""));
        Assert.False(policy.Allows(Operations.AppGet, "staging/web"));
    }

    [Fact]
    public void A_rack_selector_beside_the_app_selector_must_match_too()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Write, Selector.Regex("web.*")) with
            {
                Racks = Selector.Name("staging"),
            }
        );

        Assert.True(policy.Allows(Operations.AppExec, "staging/web-1"));
        Assert.False(policy.Allows(Operations.AppExec, "prod/web-1"));
        Assert.False(policy.Allows(Operations.AppExec, "staging/api"));
    }

    [Fact]
    public void A_list_is_open_to_who_may_see_any_of_its_items()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read, Selector.Name("staging")),
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Name("staging/web"))
        );

        Assert.True(policy.Allows(Operations.RackList, ""));
        Assert.True(policy.Allows(Operations.AppList, "staging"));
        Assert.False(policy.Allows(Operations.AppList, "prod"));
        Assert.False(policy.Allows(Operations.JobList, ""));
        Assert.False(Compile(Policy.Deny(ResourceType.Racks)).Allows(Operations.RackList, ""));
    }

    [Fact]
    public void A_list_that_is_asked_of_one_app_is_no_list_of_some()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Workflows, Policy.Read, Selector.Name("nightly")),
            Policy.Allow(ResourceType.Racks, Policy.Read)
        );

        Assert.True(policy.Allows(Operations.WorkflowList, ""));
        Assert.True(policy.Allows(Operations.WorkflowList, "staging"));
        Assert.False(policy.Allows(Operations.WorkflowList, "staging/web"));
    }

    [Fact]
    public void A_thousand_and_more_names_are_decided_alike_when_asked_again()
    {
        var policy = Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("app-[0-9]*[02468]"))
        );

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 3000; i++)
            {
                Assert.Equal(
                    i % 2 == 0,
                    policy.Decide(User, Operations.AppGet, Resource.App("staging", $"app-{i}")).Allowed
                );
            }
        }
    }
}
