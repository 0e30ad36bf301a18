using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Web.Console.People;

namespace Palisade.Web.Console.Access;

/// <summary>One change: of a role's policies, of a member's roles, or of a group's roles.</summary>
/// <param name="Role">Id of a custom role, with <paramref name="Policies"/>.</param>
/// <param name="Member">Id of a member, with <paramref name="Roles"/>.</param>
/// <param name="Group">Id of a group, with <paramref name="Roles"/>.</param>
public sealed record WhatIfBody(
    string? Role = null,
    string? Member = null,
    string? Group = null,
    ImmutableArray<PolicyJson>? Policies = null,
    ImmutableArray<GrantJson>? Roles = null
)
{
    internal Result<AccessProposal> ToProposal() =>
        (Role, Member, Group, Policies, Roles) switch
        {
            ({ } role, null, null, { } policies, null) => new ProposeRole(role, PolicyJson.ToPolicies(policies)),
            (null, { } member, null, null, { } roles) => new ProposeMemberRoles(member, GrantJson.ToGrants(roles)),
            (null, null, { } group, null, { } roles) => new ProposeGroupRoles(group, GrantJson.ToGrants(roles)),
            _ => new Invalid("access.bad_proposal", "it must be one change")
            {
                Suggestion = "send role with policies, or member or group with roles",
            },
        };
}
