using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Web.Components.Groups;

namespace Palisade.Web.Components.Roles;

/// <summary>
/// Reads roles for who may list them: they were asked for the operation before. Who has one is told as far as the
/// reader may see members, groups and keys.
/// </summary>
internal sealed class RolesReader(Policies policies, DeployKeys keys, People people, IGate gate)
{
    /// <summary>More holders of a kind are counted, not listed.</summary>
    public const int MaxHolders = 50;

    /// <summary>The built-in ones first, then the organization's own by name.</summary>
    public async Task<ImmutableArray<RoleRow>> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        var seen = await SeenAsync(caller, cancellationToken);
        var groups = state.Groups.Values.ToDictionary(group => group.Id, group => RolesOf(group.Roles));
        var inPeople = seen.Members
            ? Counts(
                state.Members.Values.Select(member =>
                    RolesOf(member.Roles).Concat(member.Groups.SelectMany(id => groups.GetValueOrDefault(id) ?? []))
                )
            )
            : null;
        var inGroups = seen.Groups ? Counts(groups.Values) : null;
        var inKeys = seen.Keys is { } visible ? Counts(visible.Select(key => key.Spec.Roles.AsEnumerable())) : null;
        return
        [
            .. BuiltInRoles
                .All.Concat(state.Roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase))
                .Select(role => new RoleRow(
                    state.Name,
                    role,
                    inPeople is null ? null : inPeople.GetValueOrDefault(role.Id),
                    inGroups is null ? null : inGroups.GetValueOrDefault(role.Id),
                    inKeys is null ? null : inKeys.GetValueOrDefault(role.Id)
                )
                {
                    SeesAll = seen.All,
                }),
        ];
    }

    /// <summary>Null: there is no such role.</summary>
    public async Task<Role?> OneAsync(string org, string id, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(org, cancellationToken);
        return state.FindRole(id);
    }

    /// <summary>Of the organization and its keys as they are now: other numbers, other decisions.</summary>
    public async Task<(long Organization, long Keys)> VersionAsync(string org, CancellationToken cancellationToken) =>
        (
            (await policies.OrgAsync(org, cancellationToken)).State.Version,
            (await keys.RegistryAsync(org, cancellationToken)).Head
        );

    public async Task<RoleHolders> HoldersAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        var seen = await SeenAsync(caller, cancellationToken);
        var groups = state
            .Groups.Values.Where(group => group.Roles.Any(grant => grant.Role == id))
            .OrderBy(group => group.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        return new(
            seen.Members ? await PeopleAsync(state, id, groups, seen.Groups, cancellationToken) : null,
            seen.Groups
                ? new(
                    [
                        .. groups
                            .Take(MaxHolders)
                            .Select(group => new RoleHolder(
                                group.Name,
                                GroupRow.PathOf(state.Name, group.Id),
                                On(group.Roles, id)
                            )),
                    ],
                    groups.Count
                )
                : null,
            seen.Keys is { } visible ? KeysWith(state.Name, id, visible) : null
        )
        {
            AreAll = seen.All,
        };
    }

    private async Task<HolderList> PeopleAsync(
        OrgState state,
        string id,
        IReadOnlyCollection<OrgGroup> groups,
        bool groupsAreSeen,
        CancellationToken cancellationToken
    )
    {
        var holders = state
            .Members.Values.Select(member => (Member: member, How: HowOf(member, id, groups, groupsAreSeen)))
            .Where(holder => holder.How.Length > 0)
            .ToList();
        var shown = holders.Take(MaxHolders).ToList();
        var named = ImmutableArray.CreateBuilder<RoleHolder>(shown.Count);
        await foreach (
            var person in people.FindAllAsync(shown.Select(holder => holder.Member.UserId), cancellationToken)
        )
        {
            var (member, how) = shown[named.Count];
            named.Add(
                new(
                    person is { Name.Length: > 0 } ? person.Name : member.UserId,
                    $"/o/{state.Name}/users/{Uri.EscapeDataString(member.UserId)}",
                    how
                )
            );
        }

        return new([.. named.OrderBy(holder => holder.Name, StringComparer.OrdinalIgnoreCase)], holders.Count);
    }

    private static HolderList KeysWith(string org, string id, ImmutableArray<DeployKeyView> visible)
    {
        var with = visible.Where(key => key.Spec.Roles.Contains(id)).ToList();
        return new(
            [
                .. with.Take(MaxHolders)
                    .Select(key => new RoleHolder(
                        key.Spec.Name,
                        $"/o/{org}/keys/{key.Id}",
                        PolicyWords.Racks(key.Spec.Racks)
                    )),
            ],
            with.Count
        );
    }

    private async Task<Seen> SeenAsync(Caller caller, CancellationToken cancellationToken)
    {
        var members = await gate.AllowsAsync(caller, Operations.MemberList, Resource.Org, cancellationToken);
        var groups = await gate.AllowsAsync(caller, Operations.GroupList, Resource.Org, cancellationToken);
        if (!await gate.AllowsAsync(caller, Operations.KeyList, Resource.Org, cancellationToken))
        {
            return new(members, groups, null, All: false);
        }

        var all = await keys.ListAsync(caller.Org!, cancellationToken);
        var visible = ImmutableArray.CreateBuilder<DeployKeyView>();
        foreach (var key in all)
        {
            if (await gate.AllowsAsync(caller, Operations.KeyGet, Resource.Item(key.Spec.Name), cancellationToken))
            {
                visible.Add(key);
            }
        }

        return new(members, groups, visible.ToImmutable(), members && groups && visible.Count == all.Length);
    }

    /// <summary>Whom the reader may see; null: no keys at all.</summary>
    private sealed record Seen(bool Members, bool Groups, ImmutableArray<DeployKeyView>? Keys, bool All);

    private static string HowOf(OrgMember member, string id, IEnumerable<OrgGroup> groups, bool groupsAreSeen)
    {
        var direct = member.Roles.Any(grant => grant.Role == id) ? On(member.Roles, id) : null;
        var through = groups
            .Where(group => member.Groups.Contains(group.Id))
            .Select(group => groupsAreSeen ? $"as of group {group.Name}" : "through a group");
        return string.Join("; ", through.Distinct().Prepend(direct).OfType<string>());
    }

    private static string On(ImmutableArray<RoleGrant> grants, string id) =>
        string.Join("; ", grants.Where(grant => grant.Role == id).Select(grant => PolicyWords.Racks(grant.Racks)));

    private static IEnumerable<string> RolesOf(ImmutableArray<RoleGrant> grants) => grants.Select(grant => grant.Role);

    private static Dictionary<string, int> Counts(IEnumerable<IEnumerable<string>> held)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var role in held.SelectMany(roles => roles.Distinct()))
        {
            counts[role] = counts.GetValueOrDefault(role) + 1;
        }

        return counts;
    }
}
