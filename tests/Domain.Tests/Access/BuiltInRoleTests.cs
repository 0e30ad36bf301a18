using Palisade.Domain.Access;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

public sealed class BuiltInRoleTests
{
    [Fact]
    public void The_built_in_roles_are_exactly_the_published_ones()
    {
        Assert.Equal(
            ["Application:Write", "Dashboard:Read", "Jobs:Read", "Racks:Read"],
            BuiltInRoles.DeveloperV2.Policies.Select(p => p.ToString())
        );
        Assert.Equal(
            [
                "Application:Write",
                "Racks:Write",
                "Integrations:Write",
                "Workflows:Write",
                "AuditLogs:Read",
                "Dashboard:Read",
                "Jobs:Read",
            ],
            BuiltInRoles.OperatorV2.Policies.Select(p => p.ToString())
        );
        Assert.Equal(["AllResources:Write"], BuiltInRoles.Administrator.Policies.Select(p => p.ToString()));
        Assert.Equal(
            ["Administrator", "Auditor", "Deployer", "DeveloperV2", "OperatorV2"],
            BuiltInRoles.All.Select(r => r.Id)
        );
    }

    [Fact]
    public void What_each_built_in_role_may_do_is_what_was_reviewed()
    {
        var lines = BuiltInRoles.All.SelectMany(role =>
            Operations.All.Where(o => Compile(role).Allows(o, "staging/web")).Select(o => $"{role.Name}: {o.Name}")
        );

        Snapshot.Matches(string.Join('\n', lines) + "\n", "BuiltInRoles.snapshot.txt");
    }

    [Fact]
    public void The_Auditor_changes_and_reveals_nothing()
    {
        var auditor = Compile(BuiltInRoles.Auditor);

        Assert.All(
            Operations.All.Where(o => o.Type != ResourceType.None),
            o => Assert.Equal(o.Level == AccessLevel.Read && !o.Reveal, auditor.Allows(o, "staging/web"))
        );
    }

    [Fact]
    public void The_Deployer_deploys_and_neither_enters_nor_reveals()
    {
        var deployer = Compile(BuiltInRoles.Deployer);

        Assert.All(
            Operations.All.Where(o => o.Type == ResourceType.Application),
            o => Assert.Equal(!o.AdminOnly && !o.Enters && !o.Reveal, deployer.Allows(o, "staging/web"))
        );
        Assert.True(deployer.Allows(Operations.RackGet, "staging"));
        Assert.False(deployer.Allows(Operations.RackUpdate, "staging"));
    }
}
