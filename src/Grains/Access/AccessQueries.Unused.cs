using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Access;

/// <summary>What of roles was never used.</summary>
public sealed partial class AccessQueries
{
    /// <summary>
    /// What of a role was never used in the last 90 days by the members and deploy keys that hold it, and a role that
    /// admits the rest. Problem: <c>role.not_found</c>.
    /// </summary>
    public async Task<Result<RightSized>> UnusedAsync(
        Caller caller,
        string roleId,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, _) => state, cancellationToken);
        if (!read.TryGet(out var state, out var problem))
        {
            return Result.Fail<RightSized>(problem);
        }

        if (state.FindRole(roleId) is not { } role)
        {
            return new NotFound("role.not_found", $"no such role: {Printable.Of(roleId)}");
        }

        var specs = (await keys.ListAsync(state.Name, cancellationToken)).ToDictionary(key => key.Id, key => key.Spec);
        var uses = (await UsesAsync(state.Name, cancellationToken))
            .Where(use => use.Allowed)
            .GroupBy(use => use.Principal);
        return RightSize.Of(role, uses.SelectMany(by => Uses(HeldBy(by.Key), by)));

        IEnumerable<HeldRole> HeldBy(Principal principal) =>
            principal.Kind == PrincipalKind.User
                ? state
                    .HeldBy(principal.Id)
                    .Where(held => held.Role.Id == role.Id)
                    .Select(held => held with { Group = null })
            : specs.TryGetValue(principal.Id, out var spec) && spec.Roles.Contains(role.Id)
                ? [DeployKeyAccess.Held(role, spec)]
            : [];
    }

    /// <summary>
    /// The same of one member: for each role held, what that member did not use. Problem: <c>member.not_found</c>.
    /// </summary>
    public async Task<Result<ImmutableArray<(Role Role, RightSized Sized)>>> UnusedByAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, _) => state, cancellationToken);
        return !read.TryGet(out var state, out var problem) ? Result.Fail<ImmutableArray<(Role, RightSized)>>(problem)
            : !state.Members.ContainsKey(userId)
                ? new NotFound("member.not_found", $"{Printable.Of(userId)} is no member")
            : await UnusedByAsync(
                state,
                PrincipalKind.User,
                userId,
                state.HeldBy(userId).Select(held => (held.Role, held with { Group = null })),
                cancellationToken
            );
    }

    /// <summary>
    /// The same of one deploy key, whose default operations are a role too. Problem: <c>key.not_found</c>.
    /// </summary>
    public async Task<Result<ImmutableArray<(Role Role, RightSized Sized)>>> UnusedByKeyAsync(
        Caller caller,
        string keyId,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, _) => state, cancellationToken);
        if (!read.TryGet(out var state, out var problem))
        {
            return Result.Fail<ImmutableArray<(Role, RightSized)>>(problem);
        }

        var spec = Ids.IsDeployKey(keyId)
            ? (await keys.StateAsync(state.Name, keyId, cancellationToken)).State.Spec
            : null;
        return spec is null
            ? DeployKeyProblems.NotFound(keyId)
            : await UnusedByAsync(
                state,
                PrincipalKind.DeployKey,
                keyId,
                DeployKeyAccess.Roles(state, spec).Select(role => (role, DeployKeyAccess.Held(role, spec))),
                cancellationToken
            );
    }

    private async Task<ImmutableArray<(Role Role, RightSized Sized)>> UnusedByAsync(
        OrgState state,
        PrincipalKind kind,
        string id,
        IEnumerable<(Role Role, HeldRole Held)> roles,
        CancellationToken cancellationToken
    )
    {
        // Theirs alone are read: among everybody's, the rare ones of somebody quiet may be left out.
        var uses = (await UsesAsync(state.Name, cancellationToken, new Principal(kind, id, "")))
            .Where(use => use.Allowed)
            .ToList();
        return
        [
            .. roles
                .GroupBy(one => one.Role.Id)
                .Select(same =>
                    (same.First().Role, RightSize.Of(same.First().Held.Role, Uses(same.Select(one => one.Held), uses)))
                ),
        ];
    }

    private static IEnumerable<(HeldRole, AccessUse)> Uses(IEnumerable<HeldRole> held, IEnumerable<AccessUse> uses) =>
        held.SelectMany(_ => uses, (one, use) => (one, use));
}
