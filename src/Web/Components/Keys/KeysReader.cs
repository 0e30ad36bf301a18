using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Keys;

namespace Palisade.Web.Components.Keys;

/// <summary>Reads what a person may see of deploy keys. What may not be seen is left out.</summary>
internal sealed class KeysReader(
    DeployKeys keys,
    IGate gate,
    Policies policies,
    ReachReader reach,
    Bylines bylines,
    TimeProvider time
)
{
    /// <summary>Stands for the key that is asked about.</summary>
    private const string Asked = "key";

    /// <summary>By name.</summary>
    public async Task<ImmutableArray<KeyRow>> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<KeyRow>();
        foreach (var key in await keys.ListAsync(caller.Org!, cancellationToken))
        {
            if (await gate.AllowsAsync(caller, Operations.KeyGet, Resource.Item(key.Spec.Name), cancellationToken))
            {
                rows.Add(await RowAsync(caller.Org!, key, cancellationToken));
            }
        }

        return rows.ToImmutable();
    }

    /// <summary>Null: it is not there, or not the reader's to see.</summary>
    public async Task<KeyRow?> OneAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        Ids.IsDeployKey(id)
        && (await keys.StateAsync(caller.Org!, id, cancellationToken)).State is { Spec: { } spec } state
        && await gate.AllowsAsync(caller, Operations.KeyGet, Resource.Item(spec.Name), cancellationToken)
            ? await RowAsync(caller.Org!, DeployKeyView.Of(state), cancellationToken)
            : null;

    /// <summary>Roles that give a key something.</summary>
    public async Task<ImmutableArray<Role>> RolesAsync(string org, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        return
        [
            .. BuiltInRoles
                .All.Concat(state.Roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase))
                .Where(DeployKeyAccess.Counts),
        ];
    }

    /// <summary>
    /// What a key like that could do on the racks and apps that the reader sees; racks where it could do nothing are
    /// left out. Problems: those of <see cref="DeployKeyRules"/>.
    /// </summary>
    public async Task<Result<ImmutableArray<Reach>>> ReachAsync(
        Caller caller,
        DeployKeySpec spec,
        CancellationToken cancellationToken
    )
    {
        var (org, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        if (!DeployKeyRules.Check(org, spec, time.GetUtcNow()).TryGet(out var good, out var problem))
        {
            return Result.Fail<ImmutableArray<Reach>>(problem);
        }

        var access = new CompiledPolicy(
            org.Name,
            org.Version,
            [new MemberAccess(Asked, DeployKeyAccess.Held(org, good))],
            PrincipalKind.DeployKey
        );
        return (
            await reach.OfAsync(caller, access, Asked, good.Apps.Kind == SelectorKind.AllowAll, cancellationToken)
        ).Racks;
    }

    private async Task<KeyRow> RowAsync(string org, DeployKeyView key, CancellationToken cancellationToken) =>
        new(
            org,
            key,
            KeyJson.StatusOf(key, time.GetUtcNow()),
            await keys.LastUseAsync(org, key.Id, cancellationToken),
            await bylines.OfIdAsync(key.MadeBy, cancellationToken)
        );
}
