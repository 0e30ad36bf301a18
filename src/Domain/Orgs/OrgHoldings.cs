using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>
/// What members of one state hold, directly and through groups. Each grant is looked up once, however many members were
/// given it. Grants of roles and membership of groups that don't exist give nothing.
/// </summary>
internal sealed class OrgHoldings(OrgState state)
{
    private readonly Dictionary<(RoleGrant Grant, string? Group), HeldRole?> _held = [];
    private readonly Dictionary<string, ImmutableArray<HeldRole>> _groups = new(StringComparer.Ordinal);

    public ImmutableArray<HeldRole> Of(OrgMember member)
    {
        var held = ImmutableArray.CreateBuilder<HeldRole>();
        Add(member.Roles, group: null, held);
        foreach (var group in member.Groups.IsDefault ? [] : member.Groups)
        {
            held.AddRange(Of(group));
        }

        return held.DrainToImmutable();
    }

    public ImmutableArray<HeldRole> Of(ImmutableArray<RoleGrant> grants, string? group = null)
    {
        var held = ImmutableArray.CreateBuilder<HeldRole>();
        Add(grants, group, held);
        return held.DrainToImmutable();
    }

    private ImmutableArray<HeldRole> Of(string groupId)
    {
        if (!_groups.TryGetValue(groupId, out var held))
        {
            _groups[groupId] = held = state.Groups.TryGetValue(groupId, out var group)
                ? Of(group.Roles, group.Name)
                : [];
        }

        return held;
    }

    private void Add(ImmutableArray<RoleGrant> grants, string? group, ImmutableArray<HeldRole>.Builder held)
    {
        foreach (var grant in grants.IsDefault ? [] : grants)
        {
            if (!_held.TryGetValue((grant, group), out var known))
            {
                _held[(grant, group)] = known = state.FindRole(grant.Role) is { } role
                    ? new HeldRole(role, grant.Racks, group)
                    : null;
            }

            if (known is not null)
            {
                held.Add(known);
            }
        }
    }
}
