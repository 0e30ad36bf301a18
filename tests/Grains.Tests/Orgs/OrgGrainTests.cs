using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Orgs;

public sealed class OrgGrainTests
{
    [Fact]
    public async Task A_preview_of_roles_shows_every_rack_and_app_however_many_there_are()
    {
        await using var acme = await StartAsync(pump: false);
        const int Apps = 1_001;
        await acme.Host.Store.Journal.AppendAsync(
            new Append
            {
                Org = "acme",
                Views =
                [
                    .. Enumerable
                        .Range(0, Apps)
                        .SelectMany(i =>
                            (ViewChange[])
                                [
                                    new("acme", ViewKinds.App, $"staging/app{i}", "{}"),
                                    new("acme", ViewKinds.Rack, $"rack{i}", "{}"),
                                ]
                        ),
                ],
            }
        );

        var preview = Ok(
            await acme.Org.PreviewRolesAsync(
                Administrator,
                [new(BuiltInRoles.DeveloperV2.Id, Selector.List("staging", $"rack{Apps - 1}"))]
            )
        );

        Assert.Equal(Apps + 1, preview.Racks.Length);
        var staging = preview.Racks.Single(rack => rack.Rack == "staging");
        var same = Assert.Single(staging.Apps);
        Assert.Equal(Apps, same.Apps.Length);
        Assert.Contains("app.get", same.Operations);
        Assert.Equal(
            [$"rack{Apps - 1}", "staging"],
            preview.Racks.Where(rack => rack.Operations.Contains("rack.get")).Select(rack => rack.Rack)
        );
    }

    [Fact]
    public async Task A_role_held_through_a_group_counts_on_the_next_request_and_no_longer_after_it()
    {
        await using var acme = await StartAsync(pump: false);
        var role = Ok(
            await acme.Org.CreateRoleAsync(
                Administrator,
                "Creators",
                [Policy.Allow(ResourceType.Application, "app.create"), Policy.Allow(ResourceType.Racks, Policy.Read)]
            )
        );
        var group = Ok(
            await acme.Org.CreateGroupAsync(Administrator, "Creators", [new(role, Selector.Name("staging"))])
        );
        Assert.Equal("access.denied", Code(await acme.App().CreateAsync(Auditor, null)));

        Ok(await acme.Org.AddGroupMembersAsync(Administrator, group, ["audit"]));
        Ok(await acme.App().CreateAsync(Auditor, null));

        Ok(
            await acme.Org.UpdateRoleAsync(
                Administrator,
                role,
                "Creators",
                [Policy.Allow(ResourceType.Racks, Policy.Read)]
            )
        );
        Assert.Equal("access.denied", Code(await acme.App("api").CreateAsync(Auditor, null)));
        Assert.Equal("role.in_use", Code(await acme.Org.DeleteRoleAsync(Administrator, role)));
        Ok(await acme.Org.DeleteGroupAsync(Administrator, group));
        Ok(await acme.Org.DeleteRoleAsync(Administrator, role));
    }

    [Fact]
    public async Task S15_the_grain_refuses_what_its_caller_does_not_hold_and_records_it()
    {
        await using var acme = await StartAsync(pump: false);
        var editors = Ok(
            await acme.Org.CreateRoleAsync(
                Administrator,
                "Editors",
                [Policy.Allow(ResourceType.Users, Policy.Write), Policy.Allow(ResourceType.Roles, Policy.Write)]
            )
        );
        Ok(
            await acme.Org.SetMemberRolesAsync(
                Administrator,
                "dev",
                [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2), new(editors, Selector.AllowAll)]
            )
        );

        Assert.Equal("access.escalation", Code(await acme.Org.CloneRoleAsync(Developer, "OperatorV2", "Mine")));
        Assert.Equal(
            "access.escalation",
            Code(await acme.Org.CreateGroupAsync(Developer, "Mine", [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)]))
        );
        Ok(await acme.Org.CloneRoleAsync(Developer, "DeveloperV2", "Mine"));

        Assert.Contains(
            "access.escalation",
            Assert.Single(await acme.RecordsAsync("group.create", EntryResult.Failed)).Body,
            StringComparison.Ordinal
        );
    }
}
