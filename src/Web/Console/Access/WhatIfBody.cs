using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Web.Console.People;

namespace Palisade.Web.Console.Access;

/// <summary>One change of a role, a group, a member, or of all that a text says.</summary>
/// <param name="NewRole">A role that there is not yet.</param>
/// <param name="Role">Id of a custom role, with <paramref name="Policies"/> or <paramref name="Delete"/>.</param>
/// <param name="Member">Id of a member, with <paramref name="Roles"/> or <paramref name="Delete"/>.</param>
/// <param name="Group">Id of a group, with <paramref name="Roles"/>, <paramref name="Join"/>,
/// <paramref name="Leave"/> or <paramref name="Delete"/>.</param>
/// <param name="Join">Ids of members who come into the group.</param>
/// <param name="Leave">Ids of members who leave it.</param>
/// <param name="Delete">True: it is taken away; a role from all who hold it first.</param>
/// <param name="Text">A whole document.</param>
public sealed record WhatIfBody(
    RoleBody? NewRole = null,
    string? Role = null,
    string? Member = null,
    string? Group = null,
    ImmutableArray<PolicyJson>? Policies = null,
    ImmutableArray<GrantJson>? Roles = null,
    ImmutableArray<string>? Join = null,
    ImmutableArray<string>? Leave = null,
    bool? Delete = null,
    string? Text = null
)
{
    internal Result<AccessProposal> ToProposal()
    {
        ReadOnlySpan<bool> subjects =
        [
            NewRole is not null,
            Role is not null,
            Member is not null,
            Group is not null,
            Text is not null,
        ];
        ReadOnlySpan<bool> changes =
        [
            Policies is not null,
            Roles is not null,
            Join is not null,
            Leave is not null,
            Delete is true,
        ];
        var whole = NewRole is not null || Text is not null;
        return subjects.Count(true) != 1 || changes.Count(true) != (whole ? 0 : 1)
            ? OneChange
            : this switch
            {
                { NewRole: { } made } => new ProposeNewRole(made.Name, PolicyJson.ToPolicies(made.Policies)),
                { Text: { } text } => AccessReader.Read(text).Map<AccessProposal>(read => new ProposeDocument(read)),
                { Role: { } role, Policies: { } policies } => new ProposeRole(role, PolicyJson.ToPolicies(policies)),
                { Role: { } role, Delete: true } => new ProposeRoleDeletion(role),
                { Member: { } member, Roles: { } roles } => new ProposeMemberRoles(member, GrantJson.ToGrants(roles)),
                { Member: { } member, Delete: true } => new ProposeRemoval(member),
                { Group: { } group, Roles: { } roles } => new ProposeGroupRoles(group, GrantJson.ToGrants(roles)),
                { Group: { } group, Join: { } join } => new ProposeJoining(group, join),
                { Group: { } group, Leave: { } leave } => new ProposeLeaving(group, leave),
                { Group: { } group, Delete: true } => new ProposeGroupDeletion(group),
                _ => OneChange,
            };
    }

    private static Invalid OneChange =>
        new("access.bad_proposal", "it must be one change")
        {
            Suggestion =
                "send newRole; role with policies; member or group with roles; group with join or leave; one of these with delete; or text",
        };
}
