using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

/// <summary>What can't be decided, and what is stored and can't be read.</summary>
public sealed class FailClosedTests
{
    [Fact]
    public void S14_what_cannot_be_decided_is_refused()
    {
        var policy = Compile(BuiltInRoles.Administrator);
        var caller = new Caller
        {
            Principal = new(PrincipalKind.User, User, "Ana"),
            SignIn = "session",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "1",
            Org = "acme",
        };

        Assert.True(policy.Decide(caller, Operations.AppGet, Resource.App("staging", "web")).Allowed);
        Assert.False(policy.Decide(caller, null, Resource.Org).Allowed);
        Assert.False(policy.Decide((Caller?)null, Operations.AppGet, Resource.App("staging", "web")).Allowed);
        Assert.False(
            policy.Decide(caller with { Org = "other" }, Operations.AppGet, Resource.App("staging", "web")).Allowed
        );
        Assert.False(
            policy
                .Decide(
                    caller with
                    {
                        Principal = new(PrincipalKind.Operator, User, "Ana"),
                    },
                    Operations.AppGet,
                    Resource.App("staging", "web")
                )
                .Allowed
        );
        Assert.False(policy.Decide((string?)null, Operations.AppGet, Resource.App("staging", "web")).Allowed);
        Assert.False(policy.Decide("stranger", Operations.AppGet, Resource.App("staging", "web")).Allowed);
        Assert.False(policy.Decide(User, Operations.AppDelete, Resource.Rack("staging")).Allowed);
        Assert.False(policy.Decide(User, Operations.RackUpdate, Resource.Org).Allowed);
        Assert.False(policy.Decide(User, Operations.AppGet, Resource.App("staging", "web/../x")).Allowed);
        Assert.False(policy.Decide(User, Operations.AppGet, Resource.App("staging", "")).Allowed);
        Assert.False(policy.Decide(User, Operations.OrgCreate, Resource.Org).Allowed);
        Assert.False(policy.Decide(User, Operations.ReleaseConverge, Resource.Org).Allowed);
        Assert.False(default(AccessDecision).Allowed);
        Assert.Equal("there is no policy", default(AccessDecision).Rule);
    }

    [Theory]
    [InlineData("web[")]
    [InlineData("(?i)web")]
    [InlineData("(?=web)")]
    public void S14_a_stored_policy_that_cannot_be_read_grants_nothing_and_still_stands_before_AllResources(
        string pattern
    )
    {
        var policy = Compile(
            Policy.Allow(ResourceType.AllResources, Policy.Write),
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(pattern))
        );

        Assert.False(policy.Allows(Operations.AppGet, "staging/web"));
        Assert.True(policy.Allows(Operations.RackGet, "staging"));
    }

    [Fact]
    public void S14_a_stored_role_limited_by_a_broken_selector_grants_nothing()
    {
        Assert.False(Compile(BuiltInRoles.Administrator.On(Selector.Regex("("))).Allows(Operations.RackGet, "staging"));
        Assert.False(Compile(BuiltInRoles.Administrator.On(Selector.DenyAll)).Allows(Operations.RackGet, "staging"));
        Assert.False(Compile(BuiltInRoles.Administrator.On(null!)).Allows(Operations.RackGet, "staging"));
    }

    [Fact]
    public void S14_a_stored_role_under_a_built_in_id_has_the_built_in_policies()
    {
        var forged = BuiltInRoles.Auditor with { Policies = BuiltInRoles.Administrator.Policies };

        Assert.False(Compile(forged).Allows(Operations.AppDelete, "staging/web"));
    }
}
