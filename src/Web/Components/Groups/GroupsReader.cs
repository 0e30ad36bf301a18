using System.Collections.Immutable;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Web.Components.Access;

namespace Palisade.Web.Components.Groups;

/// <summary>Reads groups for who may list them: they were asked for the operation before.</summary>
internal sealed class GroupsReader(Policies policies)
{
    /// <summary>By name.</summary>
    public async Task<ImmutableArray<GroupRow>> AllAsync(string org, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        var sizes = state.Members.Values.SelectMany(member => member.Groups).CountBy(id => id).ToDictionary();
        return
        [
            .. state
                .Groups.Values.OrderBy(group => group.Name, StringComparer.OrdinalIgnoreCase)
                .Select(group => RowOf(state, group, sizes.GetValueOrDefault(group.Id))),
        ];
    }

    /// <summary>Null: there is no such group.</summary>
    public async Task<GroupRow?> OneAsync(string org, string id, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        return state.Groups.TryGetValue(id, out var group) ? RowOf(state, group, state.In(id).Count()) : null;
    }

    private static GroupRow RowOf(OrgState state, OrgGroup group, int members) =>
        new(state.Name, group, members, HeldWords.Of(state, group.Roles));
}
