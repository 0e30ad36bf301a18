using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

[Event("org.invite_sent")]
[GenerateSerializer, Immutable, Alias("palisade.org.invite-sent")]
public sealed record InviteSent([property: Id(0)] OrgInvite Invite) : OrgEvent;

/// <summary>Sent again with a new token; the old one is void.</summary>
[Event("org.invite_resent")]
[GenerateSerializer, Immutable, Alias("palisade.org.invite-resent")]
public sealed record InviteResent(
    [property: Id(0)] string InviteId,
    [property: Id(1)] string TicketId,
    [property: Id(2)] string By,
    [property: Id(3)] DateTimeOffset Expires,
    [property: Id(4)] DateTimeOffset At
) : OrgEvent;

[Event("org.invite_revoked")]
[GenerateSerializer, Immutable, Alias("palisade.org.invite-revoked")]
public sealed record InviteRevoked([property: Id(0)] string InviteId, [property: Id(1)] DateTimeOffset At) : OrgEvent;

[Event("org.invite_accepted")]
[GenerateSerializer, Immutable, Alias("palisade.org.invite-accepted")]
public sealed record InviteAccepted(
    [property: Id(0)] string InviteId,
    [property: Id(1)] string UserId,
    [property: Id(2)] DateTimeOffset At
) : OrgEvent;
