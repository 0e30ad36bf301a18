using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>List rows of an organization.</summary>
public static class OrgProjection
{
    /// <param name="before">The state that the event was decided on.</param>
    public static ImmutableArray<ViewChange> Project(string org, OrgState before, OrgState after, OrgEvent @event)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return @event switch
        {
            OrgCreated or OrgQuotasSet or OrgSuspended or OrgResumed =>
            [
                new ViewChange(
                    "",
                    ViewKinds.Org,
                    org,
                    ViewJson.Write(
                        new OrgRow(
                            org,
                            after.Created,
                            after.Suspended?.At,
                            after.Suspended?.Reason,
                            after.Quotas == OrgQuotas.None ? null : after.Quotas
                        )
                    )
                ),
            ],
            InviteSent e => [Row(org, e.Invite, InviteView.Pending)],
            InviteResent e when after.Invites.TryGetValue(e.InviteId, out var invite) =>
            [
                Row(org, invite, InviteView.Pending),
            ],
            InviteRevoked e when before.Invites.TryGetValue(e.InviteId, out var invite) =>
            [
                Row(org, invite, InviteView.Revoked, e.At),
            ],
            InviteAccepted e when before.Invites.TryGetValue(e.InviteId, out var invite) =>
            [
                Row(org, invite, InviteView.Accepted, e.At, e.UserId),
            ],
            _ => [],
        };
    }

    private static ViewChange Row(
        string org,
        OrgInvite invite,
        string status,
        DateTimeOffset? ended = null,
        string? userId = null
    ) =>
        new(
            org,
            ViewKinds.Invite,
            invite.Id,
            ViewJson.Write(
                new InviteView
                {
                    Id = invite.Id,
                    Roles = invite.Roles,
                    Email = invite.Email,
                    By = invite.By,
                    Sent = invite.Sent,
                    Expires = invite.Expires,
                    Status = status,
                    UserId = userId,
                    Ended = ended,
                }
            )
        )
        {
            Sort = ViewJson.Sortable(invite.Sent),
        };
}
