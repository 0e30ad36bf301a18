using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs.Text;

namespace Palisade.Domain.Orgs;

/// <summary>A change of roles, groups or assignments that is only thought about.</summary>
public abstract record AccessProposal
{
    /// <summary>
    /// The organization as it would be. Whether the asker may make the change is not asked here; whether it is
    /// well-formed is.
    /// </summary>
    public abstract Result<OrgState> ApplyTo(OrgState state);
}

/// <summary>
/// A custom role gets these policies. Problems: <c>role.built_in</c>, <c>role.not_found</c>, those of
/// <see cref="RoleRules"/>.
/// </summary>
public sealed record ProposeRole(string RoleId, ImmutableArray<Policy> Policies) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgRoles
            .Own(state, RoleId)
            .Then<OrgState>(role =>
                RoleRules.Check(role.Name, Policies) is { } problem
                    ? problem
                    : OrgStateFold.Apply(state, new RoleUpdated(role with { Policies = Policies }))
            );
}

/// <summary>
/// There is a new role, which nobody holds yet. Problems: <c>role.name_taken</c>, <c>org.too_many_roles</c>, those of
/// <see cref="RoleRules"/>.
/// </summary>
public sealed record ProposeNewRole(string Name, ImmutableArray<Policy> Policies) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgRoles.CheckNew(state, Name, Policies) is { } problem
            ? problem
            : OrgStateFold.Apply(
                state,
                new RoleCreated(
                    new Role
                    {
                        Id = "role-new",
                        Name = Name,
                        Policies = Policies,
                    }
                )
            );
}

/// <summary>
/// A custom role is gone, and taken from all who hold it first. Problems: <c>role.built_in</c>, <c>role.not_found</c>.
/// </summary>
public sealed record ProposeRoleDeletion(string RoleId) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgRoles.Own(state, RoleId).Map(role => OrgStateFold.Apply(state, new RoleDeleted(role.Id)));
}

/// <summary>A member gets these roles. Problems: <c>member.not_found</c>, ill-formed roles.</summary>
public sealed record ProposeMemberRoles(string UserId, ImmutableArray<RoleGrant> Roles) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        !state.Members.ContainsKey(UserId) ? OrgProblems.NotMember(UserId)
        : RoleGrants.Check(state, Roles, atLeast: 0) is { } problem ? problem
        : OrgStateFold.Apply(state, new MemberRolesSet(UserId, Roles));
}

/// <summary>A member is one no more. Problem: <c>member.not_found</c>.</summary>
public sealed record ProposeRemoval(string UserId) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        state.Members.ContainsKey(UserId)
            ? OrgStateFold.Apply(state, new MemberRemoved(UserId))
            : OrgProblems.NotMember(UserId);
}

/// <summary>A group gets these roles. Problems: <c>group.not_found</c>, ill-formed roles.</summary>
public sealed record ProposeGroupRoles(string GroupId, ImmutableArray<RoleGrant> Roles) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgGroups
            .Find(state, GroupId)
            .Then<OrgState>(group =>
                RoleGrants.Check(state, Roles, atLeast: 0) is { } problem
                    ? problem
                    : OrgStateFold.Apply(state, new GroupRolesSet(group.Id, Roles))
            );
}

/// <summary>
/// These members come into a group. Problems: <c>group.not_found</c>, <c>group.members_missing</c>,
/// <c>member.not_found</c>, <c>member.too_many_groups</c>.
/// </summary>
public sealed record ProposeJoining(string GroupId, ImmutableArray<string> UserIds) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgGroups.Joining(state, GroupId, UserIds).Map(joining => OrgStateFold.Apply(state, joining));
}

/// <summary>
/// These members leave a group. Problems: <c>group.not_found</c>, <c>group.members_missing</c>,
/// <c>member.not_found</c>.
/// </summary>
public sealed record ProposeLeaving(string GroupId, ImmutableArray<string> UserIds) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgGroups.Leaving(state, GroupId, UserIds).Map(leaving => OrgStateFold.Apply(state, leaving));
}

/// <summary>A group is gone. Problem: <c>group.not_found</c>.</summary>
public sealed record ProposeGroupDeletion(string GroupId) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        OrgGroups.Find(state, GroupId).Map(group => OrgStateFold.Apply(state, new GroupDeleted(group.Id)));
}

/// <summary>A whole document is applied. Problems: those of reading and planning it.</summary>
public sealed record ProposeDocument(AccessDocument Document) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) => AccessPlanner.Preview(state, Document);
}
