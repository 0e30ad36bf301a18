using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>
/// Facts about one organization: its members and roles are one stream, so that guards over all of them are exact.
/// </summary>
public abstract record OrgEvent : IDomainEvent;

[Event("org.created")]
[GenerateSerializer, Immutable, Alias("palisade.org.created")]
public sealed record OrgCreated([property: Id(0)] string Name, [property: Id(1)] DateTimeOffset At) : OrgEvent;

[Event("org.member_added")]
[GenerateSerializer, Immutable, Alias("palisade.org.member-added")]
public sealed record MemberAdded(
    [property: Id(0)] string UserId,
    [property: Id(1)] ImmutableArray<RoleGrant> Roles,
    [property: Id(2)] DateTimeOffset At
) : OrgEvent;

[Event("org.member_roles_set")]
[GenerateSerializer, Immutable, Alias("palisade.org.member-roles-set")]
public sealed record MemberRolesSet([property: Id(0)] string UserId, [property: Id(1)] ImmutableArray<RoleGrant> Roles)
    : OrgEvent;

[Event("org.member_removed")]
[GenerateSerializer, Immutable, Alias("palisade.org.member-removed")]
public sealed record MemberRemoved([property: Id(0)] string UserId) : OrgEvent;

/// <summary>
/// What this organization's log says of a former member was erased: their key for it was destroyed with it (S30).
/// </summary>
[Event("org.member_erased")]
[GenerateSerializer, Immutable, Alias("palisade.org.member-erased")]
public sealed record MemberErased([property: Id(0)] string UserId, [property: Id(1)] DateTimeOffset At) : OrgEvent;

[Event("org.role_created")]
[GenerateSerializer, Immutable, Alias("palisade.org.role-created")]
public sealed record RoleCreated([property: Id(0)] Role Role) : OrgEvent;

[Event("org.role_updated")]
[GenerateSerializer, Immutable, Alias("palisade.org.role-updated")]
public sealed record RoleUpdated([property: Id(0)] Role Role) : OrgEvent;

[Event("org.role_deleted")]
[GenerateSerializer, Immutable, Alias("palisade.org.role-deleted")]
public sealed record RoleDeleted([property: Id(0)] string RoleId) : OrgEvent;

[Event("org.group_created")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-created")]
public sealed record GroupCreated([property: Id(0)] OrgGroup Group) : OrgEvent;

[Event("org.group_renamed")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-renamed")]
public sealed record GroupRenamed([property: Id(0)] string GroupId, [property: Id(1)] string Name) : OrgEvent;

[Event("org.group_roles_set")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-roles-set")]
public sealed record GroupRolesSet([property: Id(0)] string GroupId, [property: Id(1)] ImmutableArray<RoleGrant> Roles)
    : OrgEvent;

[Event("org.group_deleted")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-deleted")]
public sealed record GroupDeleted([property: Id(0)] string GroupId) : OrgEvent;

[Event("org.group_members_added")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-members-added")]
public sealed record GroupMembersAdded(
    [property: Id(0)] string GroupId,
    [property: Id(1)] ImmutableArray<string> UserIds
) : OrgEvent;

[Event("org.group_members_removed")]
[GenerateSerializer, Immutable, Alias("palisade.org.group-members-removed")]
public sealed record GroupMembersRemoved(
    [property: Id(0)] string GroupId,
    [property: Id(1)] ImmutableArray<string> UserIds
) : OrgEvent;

[Event("org.second_factor_required")]
[GenerateSerializer, Immutable, Alias("palisade.org.second-factor-required")]
public sealed record SecondFactorRequired([property: Id(0)] bool Required) : OrgEvent;

/// <summary>
/// The operator of the installation set what the organization may take; replaces what was said before.
/// </summary>
[Event("org.quotas_set")]
[GenerateSerializer, Immutable, Alias("palisade.org.quotas-set")]
public sealed record OrgQuotasSet([property: Id(0)] OrgQuotas Quotas) : OrgEvent;

[Event("org.suspended")]
[GenerateSerializer, Immutable, Alias("palisade.org.suspended")]
public sealed record OrgSuspended([property: Id(0)] string Reason, [property: Id(1)] DateTimeOffset At) : OrgEvent;

[Event("org.resumed")]
[GenerateSerializer, Immutable, Alias("palisade.org.resumed")]
public sealed record OrgResumed([property: Id(0)] DateTimeOffset At) : OrgEvent;

/// <summary>
/// A member's sessions and tokens were revoked, and more where it says so; the person's own stream has the new facts.
/// </summary>
[Event("org.member_reset")]
[GenerateSerializer, Immutable, Alias("palisade.org.member-reset")]
public sealed record MemberReset(
    [property: Id(0)] string UserId,
    [property: Id(1)] bool Password,
    [property: Id(2)] bool SecondFactor,
    [property: Id(3)] DateTimeOffset At
) : OrgEvent;
