using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Orgs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    // What operators do with an organization is said twice: in its log and in the installation's (S04).
    private static ImmutableArray<ChangeCase> Org =>
        [
            Case(
                Operations.OrgCreate,
                async acme =>
                {
                    await acme.RegisterAsync("boss");
                    return async () => Ok(await Organization(acme, "newco").CreateAsync(Operator, "boss"));
                },
                "name: added newco",
                "members.boss.since: added *",
                "members.boss.roles: added [Administrator on all]",
                "name: added newco",
                "members.boss.since: added *",
                "members.boss.roles: added [Administrator on all]",
                "organizations: added newco"
            ) with
            {
                Logs = ["newco", ""],
            },
            Case(
                Operations.OrgQuotasSet,
                async acme =>
                {
                    Ok(await acme.Org.SetQuotasAsync(Operator, new() { Apps = 50, Members = 90 }));
                    return async () =>
                        Ok(await acme.Org.SetQuotasAsync(Operator, new() { Apps = 70, ReleasesPerMinute = 500 }));
                },
                "quotas.apps: 50 → 70",
                "quotas.members: removed 90",
                "quotas.releasesPerMinute: added 500",
                "quotas.apps: 50 → 70",
                "quotas.members: removed 90",
                "quotas.releasesPerMinute: added 500"
            ),
            Case(
                Operations.OrgSuspend,
                async acme =>
                {
                    Ok(await acme.Org.SuspendAsync(Operator, "unpaid"));
                    Ok(await acme.Org.ResumeAsync(Operator));
                },
                "suspended.reason: added unpaid",
                "suspended.since: added *",
                "suspended.reason: removed unpaid",
                "suspended.since: removed *",
                "suspended.reason: added unpaid",
                "suspended.since: added *",
                "suspended.reason: removed unpaid",
                "suspended.since: removed *"
            ),
            Case(
                Operations.OrgUpdate,
                async acme =>
                {
                    var ada = Confirmed(acme, Administrator);
                    Ok(await acme.Org.RequireSecondFactorAsync(ada, true));
                    Ok(await acme.Org.RequireSecondFactorAsync(ada, false));
                },
                "requiresSecondFactor: false → true",
                "requiresSecondFactor: true → false"
            ),
            Case(
                Operations.MemberAdd,
                async acme =>
                {
                    await acme.RegisterAsync("added");
                    return async () =>
                        Ok(
                            await acme.Org.AddMemberAsync(
                                Administrator,
                                "added",
                                On(BuiltInRoles.DeveloperV2, "staging")
                            )
                        );
                },
                "members.added.since: added *",
                "members.added.roles: added [DeveloperV2 on staging]",
                "organizations: added acme"
            ),
            Case(
                Operations.MemberRolesSet,
                async acme =>
                {
                    await MemberAsync(acme, "promoted");
                    return async () =>
                        Ok(
                            await acme.Org.SetMemberRolesAsync(
                                Administrator,
                                "promoted",
                                On(BuiltInRoles.OperatorV2, "staging")
                            )
                        );
                },
                "members.promoted.roles: [DeveloperV2 on all] → [OperatorV2 on staging]"
            ),
            Case(
                Operations.MemberRemove,
                async acme =>
                {
                    await MemberAsync(acme, "leaver");
                    return async () => Ok(await acme.Org.RemoveMemberAsync(Administrator, "leaver"));
                },
                "members.leaver.since: removed *",
                "members.leaver.roles: removed [DeveloperV2 on all]",
                "organizations: removed acme"
            ),
            Case(
                Operations.MemberErase,
                async acme =>
                {
                    await MemberAsync(acme, "forgotten");
                    await acme.Org.CreateRoleAsync(By("forgotten"), "Own", []);
                    Ok(await acme.Org.RemoveMemberAsync(Administrator, "forgotten"));
                    return async () => Ok(await acme.Org.EraseMemberAsync(Administrator, "forgotten"));
                },
                "members.forgotten.personalData: removed sealed"
            ),
            Case(
                Operations.MemberReset,
                async acme =>
                {
                    await MemberAsync(acme, "locked-out");
                    var hash = PasswordHash.Decoy(PasswordHash.MinIterations) with { Hash = "another" };
                    return async () =>
                        Ok(await acme.Org.ResetMemberAsync(Administrator, new ResetMember("locked-out", hash, false)));
                },
                "members.locked-out.reset: added [sessions; tokens; password]",
                "password: changed (secret)",
                "mustChangePassword: false → true",
                "passwordExpires: added *"
            ),
            Case(
                Operations.InviteCreate,
                async acme =>
                {
                    var invite = new SendInvite(null, On(BuiltInRoles.DeveloperV2, "staging"), TimeSpan.FromDays(1));
                    var sent = Ok(await acme.Org.SendInviteAsync(Administrator, invite));
                    Ok(await acme.Org.ResendInviteAsync(Administrator, sent.Id, TimeSpan.FromDays(2)));
                },
                "invites.*.roles: added [DeveloperV2 on staging]",
                "invites.*.by: added ada",
                "invites.*.token: added *",
                "invites.*.expires: added *",
                "invites.*.token: * → *",
                "invites.*.expires: * → *"
            ),
            Case(
                Operations.InviteRevoke,
                async acme =>
                {
                    var invite = new SendInvite("who@example.com", On(BuiltInRoles.DeveloperV2), TimeSpan.FromDays(1));
                    var sent = Ok(await acme.Org.SendInviteAsync(Administrator, invite));
                    return async () => Ok(await acme.Org.RevokeInviteAsync(Administrator, sent.Id));
                },
                "invites.*.roles: removed [DeveloperV2 on all]",
                "invites.*.by: removed ada",
                "invites.*.token: removed *",
                "invites.*.expires: removed *"
            ),
            Case(
                Operations.InviteAccept,
                async acme =>
                {
                    await acme.RegisterAsync("joiner");
                    var invite = new SendInvite(null, On(BuiltInRoles.DeveloperV2), TimeSpan.FromDays(1));
                    var sent = Ok(await acme.Org.SendInviteAsync(Administrator, invite));
                    return async () => Ok(await acme.Org.AcceptInviteAsync(By("joiner", org: null), sent.Token));
                },
                "invites.*.roles: removed [DeveloperV2 on all]",
                "invites.*.by: removed ada",
                "invites.*.token: removed *",
                "invites.*.expires: removed *",
                "members.joiner.since: added *",
                "members.joiner.roles: added [DeveloperV2 on all]",
                "organizations: added acme"
            ),
        ];
}
