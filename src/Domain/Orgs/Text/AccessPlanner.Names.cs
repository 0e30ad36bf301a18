using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs.Text;

/// <summary>Names of a document, resolved; what can't be is the plan's problem.</summary>
public sealed partial class AccessPlanner
{
    private void InUse(ImmutableArray<RoleGrant> grants, string holder)
    {
        foreach (
            var grant in grants.Where(grant =>
                BuiltInRoles.Find(grant.Role) is null
                && _state.Roles.ContainsKey(grant.Role)
                && !_roles.ContainsValue(grant.Role)
            )
        )
        {
            Refuse(
                $"role {_state.Roles[grant.Role].Name} is to go, and {holder}, which the document does not name, holds it",
                "name the holder without it, or keep the role"
            );
        }
    }

    private ImmutableArray<RoleGrant> Grants(ImmutableArray<GrantEntry> entries, string holder, int atLeast)
    {
        ImmutableArray<RoleGrant> grants =
        [
            .. entries.Select(entry => new RoleGrant(_roles.GetValueOrDefault(entry.Role, ""), entry.Racks)),
        ];
        if (entries.FirstOrDefault(entry => !_roles.ContainsKey(entry.Role)) is { } unknown)
        {
            Refuse(
                $"{holder} is to hold {Printable.Of(unknown.Role)}, and no role is called so",
                "write the role, or a role that there is"
            );
        }
        else if (
            grants.Length < atLeast
            || grants.Length > OrgMember.MaxRoles
            || grants.Distinct().Count() != grants.Length
        )
        {
            Refuse(
                $"{holder} is to hold {grants.Length} roles; there are {atLeast} to {OrgMember.MaxRoles}, each once for the same racks",
                "write others"
            );
        }

        return grants;
    }

    private string GroupOf(string name)
    {
        if (!_groups.TryGetValue(name, out var id))
        {
            Refuse($"no group is called {Printable.Of(name)}", "write the group, or a group that there is");
        }

        return id ?? "";
    }

    private static T? Known<T>(
        string name,
        string? id,
        ImmutableSortedDictionary<string, T> known,
        Func<T, string> nameOf
    )
        where T : class =>
        id is not null && known.TryGetValue(id, out var byId)
            ? byId
            : known.Values.FirstOrDefault(x => string.Equals(nameOf(x), name, StringComparison.OrdinalIgnoreCase));

    private static void Names(IEnumerable<(string Name, string Id)> named, Dictionary<string, string> names)
    {
        foreach (var (name, id) in named)
        {
            names[name] = id;
        }
    }

    private bool Named(string name, string id, Dictionary<string, string> names, string what)
    {
        if (names.Count(pair => BuiltInRoles.Find(pair.Value) is null) >= OrgState.MaxRoles)
        {
            _problem ??= what == "role" ? OrgProblems.TooManyRoles : OrgProblems.TooManyGroups;
        }

        return names.TryAdd(name, id);
    }

    private void Refuse(string what, string remedy) =>
        _problem ??= new Invalid("access.bad_document", what) { Suggestion = remedy };
}
