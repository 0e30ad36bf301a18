using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Access;

/// <summary>Who can, and what somebody can, as of now.</summary>
public sealed partial class AccessQueries
{
    /// <summary>
    /// Members, groups and deploy keys who may do it, and through which roles and groups. A key's networks and use
    /// limit are not looked at, and neither is which process it started.
    /// </summary>
    public async Task<Result<WhoCanAnswer>> WhoCanByKindAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, policy) => (State: state, Policy: policy), cancellationToken);
        if (!read.TryGet(out var now, out var problem))
        {
            return Result.Fail<WhoCanAnswer>(problem);
        }

        var (state, policy) = now;
        var all = (await keys.ListAsync(state.Name, cancellationToken)).ToDictionary(key => key.Id);
        var deployKeys = DeployKeyAccess.Compile(state, all.Values, policy.Version, time.GetUtcNow());
        var inGroups = state
            .Members.Values.SelectMany(member => member.Groups)
            .CountBy(id => id, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        return new WhoCanAnswer
        {
            Members = WhoCan.Of(policy, operation, resource),
            Groups =
            [
                .. WhoCan
                    .Of(GroupAccess.Compile(state, policy), operation, resource)
                    .Select(group => new AbleGroup(
                        group.Id,
                        state.Groups[group.Id].Name,
                        inGroups.GetValueOrDefault(group.Id),
                        group.Path
                    )),
            ],
            Keys = [.. WhoCan.Of(deployKeys, operation, resource).Select(key => new AbleKey(all[key.Id], key.Path))],
            Unanswerable = WhoCan.Unanswerable(operation, resource),
            RequiresSecondFactor = policy.RequiresSecondFactor,
        };
    }

    /// <summary>
    /// Somebody by the id of a member, a deploy key or an invite that waits, and what decides their requests now.
    /// Everybody may ask for themself. Problem: <c>access.nobody</c>.
    /// </summary>
    public async Task<Result<AccessSubject>> SubjectAsync(
        Caller caller,
        string who,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (
            caller is { Org: { } org, Principal: { Kind: PrincipalKind.User, Id: var id } }
            && id == who
            && await policies.OfAsync(org, cancellationToken) is var own
            && own.IsMember(who)
        )
        {
            return new AccessSubject(who, own);
        }

        var read = await ExplainedAsync(caller, (state, policy) => (State: state, Policy: policy), cancellationToken);
        if (!read.TryGet(out var now, out var problem))
        {
            return Result.Fail<AccessSubject>(problem);
        }

        if (now.Policy.IsMember(who))
        {
            return new AccessSubject(who, now.Policy);
        }

        if (now.State.Invites.TryGetValue(who, out var invite) && invite.Expires > time.GetUtcNow())
        {
            return new AccessSubject(who, RolePreview.AccessOf(now.State, invite.Roles)) { Invite = invite };
        }

        return
            Ids.IsDeployKey(who)
            && (await keys.StateAsync(now.State.Name, who, cancellationToken)).State is { Spec: not null } key
            ? new AccessSubject(who, await keys.PolicyAsync(now.State.Name, who, null, cancellationToken))
            {
                Key = DeployKeyView.Of(key),
            }
            : new NotFound("access.nobody", $"{Printable.Of(who)} is no member, no deploy key and no invite");
    }
}
