using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Grains.Access;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Access =>
        [
            Case(
                Operations.RoleCreate,
                async acme => Ok(await acme.Org.CreateRoleAsync(Administrator, "Support", Reads)),
                "roles.*.name: added Support",
                "roles.*.policies: added Application:Read on web",
                "roles.*.policies: added Racks:Read"
            ),
            Case(
                Operations.RoleUpdate,
                async acme =>
                {
                    var id = Ok(await acme.Org.CreateRoleAsync(Administrator, "Readers", Reads));
                    var policies = Reads.SetItem(
                        0,
                        Policy.Allow(ResourceType.Application, Policy.Write, Selector.Name("web"))
                    );
                    return async () => Ok(await acme.Org.UpdateRoleAsync(Administrator, id, "Writers", policies));
                },
                "roles.*.name: Readers → Writers",
                "roles.*.policies: removed Application:Read on web",
                "roles.*.policies: added Application:Write on web"
            ),
            Case(
                Operations.RoleDelete,
                async acme =>
                {
                    var id = Ok(await acme.Org.CreateRoleAsync(Administrator, "Unused", Reads));
                    return async () => Ok(await acme.Org.DeleteRoleAsync(Administrator, id));
                },
                "roles.*.name: removed Unused",
                "roles.*.policies: removed Application:Read on web",
                "roles.*.policies: removed Racks:Read"
            ),
            Case(
                Operations.GroupCreate,
                async acme => Ok(await acme.Org.CreateGroupAsync(Administrator, "Shift", On(BuiltInRoles.DeveloperV2))),
                "groups.*.name: added Shift",
                "groups.*.roles: added [DeveloperV2 on all]"
            ),
            Case(
                Operations.GroupUpdate,
                async acme =>
                {
                    var id = await GroupAsync(acme, "Night");
                    return async () => Ok(await acme.Org.RenameGroupAsync(Administrator, id, "Day"));
                },
                "groups.*.name: Night → Day"
            ),
            Case(
                Operations.GroupRolesSet,
                async acme =>
                {
                    var id = await GroupAsync(acme, "Changed");
                    return async () =>
                        Ok(await acme.Org.SetGroupRolesAsync(Administrator, id, On(BuiltInRoles.Auditor, "staging")));
                },
                "groups.*.roles: [DeveloperV2 on all] → [Auditor on staging]"
            ),
            Case(
                Operations.GroupMemberAdd,
                async acme =>
                {
                    var id = await GroupAsync(acme, "Joined");
                    return async () => Ok(await acme.Org.AddGroupMembersAsync(Administrator, id, ["audit", "ci"]));
                },
                "members.audit.groups: added [Joined (*)]",
                "members.ci.groups: added [Joined (*)]"
            ),
            Case(
                Operations.GroupMemberRemove,
                async acme =>
                {
                    var (left, kept) = (await GroupAsync(acme, "Left"), await GroupAsync(acme, "Kept"));
                    Ok(await acme.Org.AddGroupMembersAsync(Administrator, left, ["dev"]));
                    Ok(await acme.Org.AddGroupMembersAsync(Administrator, kept, ["dev"]));
                    return async () => Ok(await acme.Org.RemoveGroupMembersAsync(Administrator, left, ["dev"]));
                },
                "members.dev.groups: [*] → [Kept (*)]"
            ),
            Case(
                Operations.GroupDelete,
                async acme =>
                {
                    var id = await GroupAsync(acme, "Gone");
                    Ok(await acme.Org.AddGroupMembersAsync(Administrator, id, ["olga"]));
                    return async () => Ok(await acme.Org.DeleteGroupAsync(Administrator, id));
                },
                "groups.*.name: removed Gone",
                "groups.*.roles: removed [DeveloperV2 on all]",
                "members.olga.groups: removed [Gone (*)]"
            ),
            Case(
                Operations.AccessApply,
                async acme =>
                {
                    Ok(await acme.Org.CreateRoleAsync(Administrator, "Planned", Reads));
                    var (state, _) = await acme.Host.Get<Policies>().OrgAsync("acme", CancellationToken.None);
                    var text = AccessWriter
                        .Write(AccessDocument.Of(state))
                        .Replace("Planned", "Applied", StringComparison.Ordinal);
                    var plan = Ok(AccessPlanner.Plan(state, Ok(AccessReader.Read(text))));
                    return async () => Ok(await acme.Org.ApplyAccessAsync(Administrator, text, plan.Hash));
                },
                "roles.*.name: Planned → Applied"
            ),
        ];

    private static ImmutableArray<Policy> Reads =>
        [
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Name("web")),
            Policy.Allow(ResourceType.Racks, Policy.Read),
        ];

    private static async Task<string> GroupAsync(Acme acme, string name) =>
        Ok(await acme.Org.CreateGroupAsync(Administrator, name, On(BuiltInRoles.DeveloperV2)));
}
