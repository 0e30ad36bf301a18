using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

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
        BuiltInRoles.Find(RoleId) is not null ? OrgProblems.RoleBuiltIn(RoleId)
        : !state.Roles.TryGetValue(RoleId, out var role) ? OrgProblems.RoleNotFound(RoleId)
        : RoleRules.Check(role.Name, Policies) is { } problem ? problem
        : OrgStateFold.Apply(state, new RoleUpdated(role with { Policies = Policies }));
}

/// <summary>A member gets these roles. Problems: <c>member.not_found</c>, ill-formed roles.</summary>
public sealed record ProposeMemberRoles(string UserId, ImmutableArray<RoleGrant> Roles) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        !state.Members.ContainsKey(UserId) ? OrgProblems.NotMember(UserId)
        : RoleGrants.Check(state, Roles, atLeast: 0) is { } problem ? problem
        : OrgStateFold.Apply(state, new MemberRolesSet(UserId, Roles));
}

/// <summary>A group gets these roles. Problems: <c>group.not_found</c>, ill-formed roles.</summary>
public sealed record ProposeGroupRoles(string GroupId, ImmutableArray<RoleGrant> Roles) : AccessProposal
{
    public override Result<OrgState> ApplyTo(OrgState state) =>
        !state.Groups.ContainsKey(GroupId) ? OrgProblems.GroupNotFound(GroupId)
        : RoleGrants.Check(state, Roles, atLeast: 0) is { } problem ? problem
        : OrgStateFold.Apply(state, new GroupRolesSet(GroupId, Roles));
}
