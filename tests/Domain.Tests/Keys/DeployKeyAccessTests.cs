using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;

namespace Palisade.Domain.Tests.Keys;

/// <summary>What a deploy key may do.</summary>
public sealed class DeployKeyAccessTests
{
    private readonly KeyStory _story = new();

    [Fact]
    public void The_default_operations_are_those_of_the_documented_commands_and_no_others()
    {
        _story.Create();

        // convox-wire.md 7, written out once more: what it lists is allowed, and nothing else is.
        string[] expected =
        [
            "app.env.set",
            "app.get",
            "app.logs",
            "build.create",
            "build.export",
            "build.get",
            "build.import",
            "build.list",
            "build.logs",
            "process.run",
            "process.run.exec",
            "process.run.get",
            "process.run.stop",
            "rack.get",
            "rack.list",
            "release.promote",
            "source.upload",
        ];
        Assert.Equal(expected, _story.Allowed());
    }

    [Fact]
    public void S17_a_key_works_on_its_racks_and_apps_only()
    {
        _story.Create(KeyStory.Spec(Selector.List("staging", "prod")) with { Apps = Selector.List("web", "prod/api") });

        Assert.True(_story.May(Operations.ReleasePromote, "staging", "web"));
        Assert.True(_story.May(Operations.ReleasePromote, "prod", "api"));
        Assert.False(_story.May(Operations.ReleasePromote, "staging", "api"));
        Assert.False(_story.May(Operations.ReleasePromote, "dev", "web"));
        Assert.True(_story.May(Operations.RackGet, "prod", "x"));
        Assert.False(_story.May(Operations.RackGet, "dev", "web"));
    }

    [Fact]
    public void A_role_extends_the_default_operations_with_its_Racks_and_Application_policies_and_nothing_else()
    {
        _story.Create(KeyStory.Spec() with { Roles = [BuiltInRoles.OperatorV2.Id] });

        Assert.True(_story.May(Operations.AppEnvReveal));
        Assert.True(_story.May(Operations.RackUpdate));
        Assert.False(_story.May(Operations.AppEnvReveal, "prod"));
        Assert.False(_story.May(Operations.AuditRead));
        Assert.False(_story.May(Operations.IntegrationUpdate));
        Assert.False(_story.May(Operations.JobList));
        Assert.DoesNotContain(
            _story.Allowed(),
            name => Operations.Find(name)!.Type is not (ResourceType.Application or ResourceType.Racks)
        );
    }

    [Fact]
    public void S24_no_role_gives_a_key_what_is_the_Administrators_alone()
    {
        _story.Org = _story.Org with
        {
            Roles = _story.Org.Roles.Add(
                "role-all",
                new Role
                {
                    Id = "role-all",
                    Name = "all",
                    Policies =
                    [
                        Policy.Allow(ResourceType.Application, Policy.Write),
                        Policy.Allow(ResourceType.Racks, Policy.Write),
                    ],
                }
            ),
        };
        _story.Create(KeyStory.Spec(Selector.AllowAll) with { Roles = ["role-all"] });

        Assert.True(_story.May(Operations.AppExec));
        Assert.False(_story.May(Operations.ProcessRunPrivileged));
        Assert.False(_story.May(Operations.InstanceShell));
        Assert.False(_story.May(Operations.RecordingRead));
    }

    [Fact]
    public void In_narrow_mode_the_roles_replace_the_default_operations()
    {
        _story.Create(KeyStory.Spec() with { Roles = [BuiltInRoles.Deployer.Id], Narrow = true });

        Assert.True(_story.May(Operations.ReleasePromote));
        Assert.True(_story.May(Operations.ReleaseList));
        Assert.False(_story.May(Operations.ProcessRun));
        Assert.False(_story.May(Operations.ProcessRunExec));
        Assert.False(_story.May(Operations.AppEnvReveal));
    }

    [Fact]
    public void A_refusal_in_a_role_takes_a_default_operation_away()
    {
        _story.Create(KeyStory.Spec() with { Roles = [KeyStory.Calm] });

        Assert.True(_story.May(Operations.ServiceRestart));
        Assert.False(_story.May(Operations.ProcessRun));
        Assert.True(_story.May(Operations.BuildCreate));
    }

    [Fact]
    public void A_role_that_is_gone_grants_nothing_and_a_changed_one_what_it_says_now()
    {
        _story.Create(KeyStory.Spec() with { Roles = [KeyStory.Calm] });
        _story.Org = _story.Org with { Roles = _story.Org.Roles.Clear() };

        Assert.False(_story.May(Operations.ServiceRestart));
        Assert.True(_story.May(Operations.ProcessRun));
    }

    [Fact]
    public void A_key_that_works_no_more_may_do_nothing()
    {
        _story.Create(KeyStory.Spec() with { Expires = KeyStory.Start.AddDays(1) });
        _story.Now = KeyStory.Start.AddDays(1).AddTicks(-1);
        Assert.True(_story.May(Operations.RackGet));

        _story.Now = KeyStory.Start.AddDays(1);
        Assert.Empty(_story.Allowed());

        _story.Now = KeyStory.Start;
        _story.Report();
        Assert.Empty(_story.Allowed());
    }

    [Fact]
    public void S04_the_policy_of_a_key_decides_for_no_one_else()
    {
        _story.Create();
        var policy = DeployKeyAccess.Compile(_story.Org, _story.State, new(7), _story.Now);
        var (caller, web) = (_story.By("ada").Caller, Resource.App("staging", "web"));
        var key = new Principal(PrincipalKind.DeployKey, KeyStory.Id, "ci");

        Assert.True(policy.Decide(caller with { Principal = key }, Operations.AppGet, web).Allowed);
        Assert.False(policy.Decide(caller, Operations.AppGet, web).Allowed);
        Assert.False(
            policy
                .Decide(caller with { Principal = key with { Id = "key-000000000000" } }, Operations.AppGet, web)
                .Allowed
        );
        Assert.False(
            policy
                .Decide(caller with { Principal = key with { Kind = PrincipalKind.User } }, Operations.AppGet, web)
                .Allowed
        );
        Assert.False(policy.Decide(caller with { Principal = key, Org = "other" }, Operations.AppGet, web).Allowed);
        Assert.False(
            _story
                .Org.Compile()
                .Decide(caller with { Principal = key with { Id = "ada" } }, Operations.AppGet, web)
                .Allowed
        );
    }

    [Fact]
    public void Every_change_that_a_key_could_make_is_counted_or_belongs_to_one_that_is()
    {
        var changes = Operations.All.Where(o =>
            o is { Level: AccessLevel.Write, Type: ResourceType.Application or ResourceType.Racks }
        );

        Assert.Equal(
            [
                "app.env.reveal",
                "app.files.get",
                "process.run.exec",
                "process.run.stop",
                "resource.export",
                "resource.reveal",
                "source.upload",
            ],
            changes.Where(o => !KeyUses.Count(o)).Select(o => o.Name)
        );
        Assert.All(KeyUses.AtTheEdge, o => Assert.True(KeyUses.Count(o)));
        Assert.DoesNotContain(Operations.All, o => o.Level == AccessLevel.Read && KeyUses.Count(o));
    }

    [Fact]
    public void Only_what_a_key_made_itself_belongs_to_its_own_change()
    {
        var key = new Principal(PrincipalKind.DeployKey, KeyStory.Id, "ci");

        Assert.True(KeyUses.IsOwn(key, key with { Name = "before" }));
        Assert.False(KeyUses.IsOwn(key, key with { Id = "key-000000000000" }));
        Assert.False(KeyUses.IsOwn(key, key with { Kind = PrincipalKind.User }));
        Assert.False(KeyUses.IsOwn(key, null));
    }
}
