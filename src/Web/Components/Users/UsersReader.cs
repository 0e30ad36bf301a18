using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Grains.Users;
using Palisade.Storage.Views;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Users;

/// <summary>Reads members and invites for who may: they were asked for the operation before.</summary>
internal sealed class UsersReader(
    Policies policies,
    People people,
    DeployKeys keys,
    IViews views,
    InviteTokens tokens,
    IGate gate,
    ReachReader reach,
    Bylines bylines,
    TimeProvider time
)
{
    /// <summary>By name.</summary>
    public async Task<ImmutableArray<MemberRow>> MembersAsync(
        Caller caller,
        Func<OrgMember, bool> which,
        CancellationToken cancellationToken
    )
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        var groupsAreSeen = await SeesGroupsAsync(caller, cancellationToken);
        var members = state.Members.Values.Where(which).ToList();
        var rows = new List<MemberRow>(members.Count);
        await foreach (var person in people.FindAllAsync(members.Select(m => m.UserId), cancellationToken))
        {
            rows.Add(RowOf(state, members[rows.Count], person, groupsAreSeen));
        }

        return [.. rows.OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Null: there is no such member.</summary>
    public async Task<MemberRow?> OneAsync(Caller caller, string userId, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        return state.Members.TryGetValue(userId, out var member)
            ? RowOf(
                state,
                member,
                await people.FindAsync(userId, cancellationToken),
                await SeesGroupsAsync(caller, cancellationToken)
            )
            : null;
    }

    /// <summary>Those that wait, the newest first.</summary>
    public async Task<ImmutableArray<InviteRow>> InvitesAsync(string org, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        var now = time.GetUtcNow();
        var rows = ImmutableArray.CreateBuilder<InviteRow>();
        await foreach (
            var row in views.AllAsync(new(org, ViewKinds.Invite, "") { Descending = true }, cancellationToken)
        )
        {
            var invite = ViewJson.Read<InviteView>(row.Json);
            if (invite.Status == InviteView.Pending && invite.Expires > now)
            {
                rows.Add(
                    new(
                        invite.Id,
                        invite.Email is { } sealedEmail
                            ? (await tokens.OpenEmailAsync(org, invite.Id, sealedEmail, cancellationToken))?.Value ?? ""
                            : null,
                        HeldWords.Of(state, invite.Roles),
                        (await bylines.OfIdAsync(invite.By, cancellationToken)).Name,
                        invite.Sent,
                        invite.Expires
                    )
                );
            }
        }

        return rows.ToImmutable();
    }

    public async Task<ImmutableArray<Role>> RolesAsync(string org, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        return [.. BuiltInRoles.All, .. state.Roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>What such roles would let somebody do. Problems: those of <see cref="RolePreview.Check"/>.</summary>
    public async Task<Result<Rights>> ReachAsync(
        Caller caller,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken
    )
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        return RolePreview.Check(state, roles) is { } problem
            ? Result.Fail<Rights>(problem)
            : await reach.OfAsync(
                caller,
                RolePreview.AccessOf(state, roles),
                RolePreview.Somebody,
                toCome: true,
                cancellationToken
            );
    }

    /// <summary>What a member may do, by their roles and groups.</summary>
    public async Task<Rights> ReachAsync(Caller caller, string userId, CancellationToken cancellationToken)
    {
        var (_, policy) = await policies.OrgAsync(caller.Org!, cancellationToken);
        return await reach.OfAsync(caller, policy, userId, toCome: true, cancellationToken);
    }

    /// <summary>Deploy keys that they made or were shown a working secret of.</summary>
    public Task<ImmutableArray<KnownKey>> KnownKeysAsync(
        string org,
        string userId,
        CancellationToken cancellationToken
    ) => keys.KnownToAsync(org, userId, cancellationToken);

    private ValueTask<bool> SeesGroupsAsync(Caller caller, CancellationToken cancellationToken) =>
        gate.AllowsAsync(caller, Operations.GroupList, Resource.Org, cancellationToken);

    private static MemberRow RowOf(OrgState state, OrgMember member, Person? person, bool groupsAreSeen) =>
        new(
            state.Name,
            member,
            person is { Name.Length: > 0 } named ? named.Name : member.UserId,
            person?.Email ?? "",
            person?.State.SecondFactor is not null,
            [
                .. HeldWords.Of(state, member.Roles),
                .. groupsAreSeen ? member.Groups.Select(id => $"what group {state.Groups[id].Name} has")
                : member.Groups.IsEmpty ? []
                : ["what groups have that you may not see"],
            ]
        );
}
