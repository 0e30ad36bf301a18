using Palisade.Domain.Access;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

/// <summary>What several roles give together, and what none gives.</summary>
public sealed partial class CompiledPolicyTests
{
    [Fact]
    public void A_specific_refusal_in_one_role_outweighs_a_grant_in_another()
    {
        var policy = Compile(
            Role(
                "dev",
                Policy.Allow(ResourceType.Application, Policy.Write),
                Policy.Allow(ResourceType.Racks, Policy.Read)
            ),
            Role("no-exec", Policy.Deny(ResourceType.Application, "app.exec"))
        );

        Assert.True(policy.Allows(Operations.AppGet, "staging/web"));
        Assert.False(policy.Allows(Operations.AppExec, "staging/web"));
        Assert.Equal(
            "take away what refuses it: role no-exec: Application:Deny app.exec",
            policy.Decide(User, Operations.AppExec, Resource.App("staging", "web")).Explain().SmallestGrant
        );
    }

    [Fact]
    public void An_AllResources_refusal_in_one_role_leaves_the_grants_of_another()
    {
        var policy = Compile(Role("none", Policy.Deny(ResourceType.AllResources)), BuiltInRoles.DeveloperV2);

        Assert.True(policy.Allows(Operations.AppGet, "staging/web"));
        Assert.False(policy.Allows(Operations.MemberList, ""));
    }

    [Fact]
    public void What_a_policy_leaves_out_another_role_may_grant()
    {
        Assert.False(Compile(BuiltInRoles.Deployer).Allows(Operations.AppExec, "staging/web"));
        Assert.True(Compile(BuiltInRoles.Deployer, BuiltInRoles.DeveloperV2).Allows(Operations.AppExec, "staging/web"));
    }

    [Fact]
    public void S17_a_role_held_on_one_rack_grants_nothing_elsewhere_and_nothing_of_the_organization()
    {
        var policy = Compile(BuiltInRoles.Administrator.On(Selector.Name("staging")));

        Assert.True(policy.Allows(Operations.ReleasePromote, "staging/web"));
        Assert.True(policy.Allows(Operations.RackUpdate, "staging"));
        Assert.True(policy.Allows(Operations.JobCancel, "staging/web"));
        Assert.True(policy.Allows(Operations.DashboardView, ""));
        Assert.True(policy.Allows(Operations.RackList, ""));
        Assert.False(policy.Allows(Operations.ReleasePromote, "prod/web"));
        Assert.False(policy.Allows(Operations.RackGet, "prod"));
        Assert.False(policy.Allows(Operations.MemberAdd, ""));
        Assert.False(policy.Allows(Operations.AuditRead, ""));
        Assert.False(policy.Allows(Operations.InstanceShell, "staging"));
        Assert.False(policy.Allows(Operations.JobCancel, ""));
    }

    [Fact]
    public void Only_the_Administrator_has_admin_only_operations()
    {
        foreach (var operation in Operations.All.Where(o => o.AdminOnly))
        {
            Assert.True(Compile(BuiltInRoles.Administrator).Allows(operation, "staging/web"), operation.Name);
            Assert.False(
                Compile(Policy.Allow(ResourceType.AllResources, Policy.Write)).Allows(operation, "staging/web"),
                operation.Name
            );
            Assert.False(
                Compile(Policy.Allow(operation.Type, operation.Name)).Allows(operation, "staging/web"),
                operation.Name
            );
        }
    }

    [Fact]
    public void Every_operation_of_the_organization_is_allowed_to_the_Administrator_and_refused_to_who_has_no_role()
    {
        var everything = Compile(BuiltInRoles.Administrator);
        var nothing = Compile(Array.Empty<HeldRole>());
        foreach (var operation in Operations.All.Where(o => o.Type != ResourceType.None))
        {
            Assert.True(everything.Allows(operation, "staging/web"), operation.Name);
            Assert.False(nothing.Allows(operation, "staging/web"), operation.Name);
        }
    }
}
