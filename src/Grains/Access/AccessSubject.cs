using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Access;

/// <summary>
/// Whose access is asked about, and the policy that decides their requests: a member, a deploy key, or whoever accepts
/// an invite.
/// </summary>
/// <param name="Id">Of the user, the key or the invite.</param>
/// <param name="Policy">What decides.</param>
public sealed record AccessSubject(string Id, CompiledPolicy Policy)
{
    public DeployKeyView? Key { get; init; }

    public OrgInvite? Invite { get; init; }

    public PrincipalKind Kind =>
        this switch
        {
            { Key: not null } => PrincipalKind.DeployKey,
            { Invite: not null } => PrincipalKind.None,
            _ => PrincipalKind.User,
        };

    private string Asked => Invite is null ? Id : RolePreview.Somebody;

    public ImmutableArray<OperationVerdict> WhatCan(Resource resource) =>
        Domain.Access.WhatCan.Of(Policy, Asked, resource);

    public bool Can(Operation operation, Resource resource) => Policy.Decide(Asked, operation, resource).Allowed;

    public Explanation Why(Operation operation, Resource resource) =>
        Policy.Decide(Asked, operation, resource).Explain();
}
