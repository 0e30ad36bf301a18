using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;

namespace Palisade.Web.Components.Users;

/// <summary>What a person does to members and invites from pages: the same operations as the API's.</summary>
internal sealed class UserActions(IGrainFactory grains)
{
    public Task<Result<IssuedInvite>> InviteAsync(
        Caller caller,
        string? email,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    ) => Org(caller).SendInviteAsync(caller, new(email, roles, OrgInvites.DefaultLifetime), cancellationToken);

    public async Task<Problem?> RevokeAsync(
        Caller caller,
        string invite,
        CancellationToken cancellationToken = default
    ) => (await Org(caller).RevokeInviteAsync(caller, invite, cancellationToken)).Problem;

    public async Task<Problem?> SetRolesAsync(
        Caller caller,
        string userId,
        ImmutableArray<RoleGrant> roles,
        ImmutableArray<RoleGrant>? from,
        CancellationToken cancellationToken = default
    ) => (await Org(caller).SetMemberRolesAsync(caller, userId, roles, from, cancellationToken)).Problem;

    public async Task<Problem?> RemoveAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    ) => (await Org(caller).RemoveMemberAsync(caller, userId, cancellationToken)).Problem;

    private IOrgGrain Org(Caller caller) => grains.GetGrain<IOrgGrain>(caller.Org!);
}
