using System.Collections.Immutable;

namespace Palisade.Domain.Orgs;

/// <summary>
/// Folds events into <see cref="OrgState"/>. Total: it never refuses; replay and the live path share it.
/// </summary>
public static class OrgStateFold
{
    public static OrgState Apply(OrgState state, OrgEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        var after = @event switch
        {
            OrgCreated e => state with { Name = e.Name, Created = e.At },
            MemberAdded e => state with { Members = state.Members.SetItem(e.UserId, new(e.UserId, e.Roles, e.At)) },
            MemberRolesSet e => WithMember(state, e.UserId, member => member with { Roles = e.Roles }),
            MemberRemoved e => state with { Members = state.Members.Remove(e.UserId) },
            RoleCreated e => state with { Roles = state.Roles.SetItem(e.Role.Id, e.Role) },
            RoleUpdated e => state with { Roles = state.Roles.SetItem(e.Role.Id, e.Role) },
            // Expired ones go with the next that is sent, which keeps the bound without a timer.
            InviteSent e => state with
            {
                Invites = state
                    .Invites.RemoveRange(state.Invites.Values.Where(i => i.Expires <= e.Invite.Sent).Select(i => i.Id))
                    .SetItem(e.Invite.Id, e.Invite),
            },
            InviteResent e when state.Invites.TryGetValue(e.InviteId, out var invite) => state with
            {
                Invites = state.Invites.SetItem(
                    e.InviteId,
                    invite with
                    {
                        TicketId = e.TicketId,
                        By = e.By,
                        Sent = e.At,
                        Expires = e.Expires,
                    }
                ),
            },
            InviteRevoked e => state with { Invites = state.Invites.Remove(e.InviteId) },
            InviteAccepted e => state with { Invites = state.Invites.Remove(e.InviteId) },
            SecondFactorRequired e => state with { RequiresSecondFactor = e.Required },
            OrgQuotasSet e => state with { Quotas = e.Quotas },
            OrgSuspended e => state with { Suspended = e },
            OrgResumed => state with { Suspended = null },
            RoleDeleted e => state with { Roles = state.Roles.Remove(e.RoleId) },
            GroupCreated e => state with { Groups = state.Groups.SetItem(e.Group.Id, e.Group) },
            GroupRenamed e => WithGroup(state, e.GroupId, group => group with { Name = e.Name }),
            GroupRolesSet e => WithGroup(state, e.GroupId, group => group with { Roles = e.Roles }),
            GroupMembersAdded e => WithMembers(state, e.UserIds, member => member.In(e.GroupId)),
            GroupMembersRemoved e => WithMembers(state, e.UserIds, member => member.NotIn(e.GroupId)),
            GroupDeleted e => WithMembers(state, [.. state.In(e.GroupId)], member => member.NotIn(e.GroupId)) with
            {
                Groups = state.Groups.Remove(e.GroupId),
            },
            _ => state,
        };
        return after with { Version = state.Version + 1 };
    }

    private static OrgState WithMember(OrgState state, string userId, Func<OrgMember, OrgMember> change) =>
        state.Members.TryGetValue(userId, out var member)
            ? state with
            {
                Members = state.Members.SetItem(userId, change(member)),
            }
            : state;

    private static OrgState WithMembers(
        OrgState state,
        ImmutableArray<string> userIds,
        Func<OrgMember, OrgMember> change
    )
    {
        var members = state.Members.ToBuilder();
        foreach (var userId in userIds)
        {
            if (members.TryGetValue(userId, out var member))
            {
                members[userId] = change(member);
            }
        }

        return state with
        {
            Members = members.ToImmutable(),
        };
    }

    private static OrgState WithGroup(OrgState state, string groupId, Func<OrgGroup, OrgGroup> change) =>
        state.Groups.TryGetValue(groupId, out var group)
            ? state with
            {
                Groups = state.Groups.SetItem(groupId, change(group)),
            }
            : state;
}
