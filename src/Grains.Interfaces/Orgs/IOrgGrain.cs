using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Orgs;

/// <summary>
/// One organization; key: its name. Members, roles and groups are one stream, so guards over all of them are exact.
/// </summary>
[Alias("palisade.org")]
public interface IOrgGrain : IGrainWithStringKey
{
    /// <summary>Operator only. <paramref name="administrator"/> becomes the first Administrator.</summary>
    Task<Result<Done>> CreateAsync(Caller caller, string administrator, CancellationToken cancellationToken = default);

    /// <summary>Operator only. Replaces what was said of the organization before.</summary>
    Task<Result<Done>> SetQuotasAsync(Caller caller, OrgQuotas quotas, CancellationToken cancellationToken = default);

    /// <summary>
    /// Operator only. Its people and keys are refused everything, and told the reason; what runs goes on running.
    /// </summary>
    Task<Result<Done>> SuspendAsync(Caller caller, string reason, CancellationToken cancellationToken = default);

    /// <summary>Operator only.</summary>
    Task<Result<Done>> ResumeAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> AddMemberAsync(
        Caller caller,
        string userId,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    );

    /// <param name="from">What they must still be; null: whatever they are.</param>
    Task<Result<Done>> SetMemberRolesAsync(
        Caller caller,
        string userId,
        ImmutableArray<RoleGrant> roles,
        ImmutableArray<RoleGrant>? from = null,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RemoveMemberAsync(Caller caller, string userId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Destroys the key under which this organization's log holds name, addresses and clients of a former member.
    /// Problems: <c>member.not_found</c>, <c>member.still_here</c>; <c>audit.held</c> under a legal hold.
    /// </summary>
    Task<Result<Done>> EraseMemberAsync(Caller caller, string userId, CancellationToken cancellationToken = default);

    Task<Result<ImmutableArray<OrgMember>>> ListMembersAsync(
        Caller caller,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Whoever does it must hold all that the member holds (S15), and the account must belong to no other organization.
    /// </summary>
    Task<Result<Done>> ResetMemberAsync(
        Caller caller,
        ResetMember command,
        CancellationToken cancellationToken = default
    );

    Task<Result<OrgInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> RequireSecondFactorAsync(
        Caller caller,
        bool required,
        CancellationToken cancellationToken = default
    );

    /// <summary>What roles would let somebody do, on the racks and apps that there are.</summary>
    Task<Result<RolePreview>> PreviewRolesAsync(
        Caller caller,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    );

    /// <summary>The token is in the answer once and nowhere else.</summary>
    Task<Result<IssuedInvite>> SendInviteAsync(
        Caller caller,
        SendInvite command,
        CancellationToken cancellationToken = default
    );

    /// <summary>A new token for the same roles and address; the old one is void.</summary>
    Task<Result<IssuedInvite>> ResendInviteAsync(
        Caller caller,
        string inviteId,
        TimeSpan lifetime,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RevokeInviteAsync(Caller caller, string inviteId, CancellationToken cancellationToken = default);

    /// <summary>
    /// For its holder, who need not be anybody yet: the token is the right to see it. Callers go through
    /// <c>Invitations</c>.
    /// </summary>
    Task<Result<InviteOffer>> ShowInviteAsync(Sensitive<string> token, CancellationToken cancellationToken = default);

    /// <summary>Who is signed in joins, with the token of an invite for their address or for anybody.</summary>
    Task<Result<Done>> AcceptInviteAsync(
        Caller caller,
        Sensitive<string> token,
        CancellationToken cancellationToken = default
    );

    /// <summary>Who holds the token gets an account and joins, in one append.</summary>
    Task<Result<Done>> RegisterInvitedAsync(
        Caller caller,
        Sensitive<string> token,
        InvitedAccount account,
        CancellationToken cancellationToken = default
    );

    /// <summary>The answer is the role's id.</summary>
    Task<Result<string>> CreateRoleAsync(
        Caller caller,
        string name,
        ImmutableArray<Policy> policies,
        CancellationToken cancellationToken = default
    );

    /// <summary>Creates a role from the policies of another, a built-in's too; the answer is its id.</summary>
    Task<Result<string>> CloneRoleAsync(
        Caller caller,
        string roleId,
        string name,
        CancellationToken cancellationToken = default
    );

    /// <param name="from">What it must still be, else <c>role.stale</c>; null: whatever it is.</param>
    Task<Result<Done>> UpdateRoleAsync(
        Caller caller,
        string roleId,
        string name,
        ImmutableArray<Policy> policies,
        Role? from = null,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> DeleteRoleAsync(Caller caller, string roleId, CancellationToken cancellationToken = default);

    /// <summary>The answer is the group's id. Nobody is in it at first.</summary>
    Task<Result<string>> CreateGroupAsync(
        Caller caller,
        string name,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RenameGroupAsync(
        Caller caller,
        string groupId,
        string name,
        CancellationToken cancellationToken = default
    );

    /// <param name="from">What they must still be, else <c>group.roles_stale</c>; null: whatever they are.</param>
    Task<Result<Done>> SetGroupRolesAsync(
        Caller caller,
        string groupId,
        ImmutableArray<RoleGrant> roles,
        ImmutableArray<RoleGrant>? from = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Its members lose what they held through it.</summary>
    Task<Result<Done>> DeleteGroupAsync(Caller caller, string groupId, CancellationToken cancellationToken = default);

    Task<Result<Done>> AddGroupMembersAsync(
        Caller caller,
        string groupId,
        ImmutableArray<string> userIds,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RemoveGroupMembersAsync(
        Caller caller,
        string groupId,
        ImmutableArray<string> userIds,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Applies a document of roles, groups and assignments, all of it or nothing; the answer is the hash of the plan.
    /// Each step needs its own operation as well. Problem: <c>access.stale_plan</c> when the plan is another now.
    /// </summary>
    Task<Result<string>> ApplyAccessAsync(
        Caller caller,
        string document,
        string hash,
        CancellationToken cancellationToken = default
    );
}
