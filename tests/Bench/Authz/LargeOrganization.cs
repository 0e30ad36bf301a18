using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Bench.Authz;

/// <summary>
/// As large as organizations may be: 10,000 members, 500 roles and 100 groups; u0 is Administrator, the others hold
/// role 0 and hardly two of them the same roles beside it.
/// </summary>
internal static class LargeOrganization
{
    private const int Groups = 100;

    public static Policy Racks { get; } = Policy.Allow(ResourceType.Racks, Policy.Read);

    public static string RoleId(int i) => $"role-{i:D4}";

    public static OrgState State()
    {
        var roles = Enumerable
            .Range(0, OrgState.MaxRoles)
            .Select(i => new Role
            {
                Id = RoleId(i),
                Name = $"role {i}",
                Policies = [Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex($"app-{i}-.*")), Racks],
            });
        var groups = Enumerable
            .Range(0, Groups)
            .Select(i => new OrgGroup($"group-{i:D3}", $"Group {i}", [Grant(i + 1)], default));
        var members = Enumerable
            .Range(0, OrgState.MaxMembers)
            .Select(i =>
                i == 0
                    ? new OrgMember("u0", [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)], default)
                    : new OrgMember($"u{i}", [Grant(0), Grant(200 + (i % 300)), Grant(101 + (i % 99))], default)
                    {
                        Groups = [$"group-{i % Groups:D3}"],
                    }
            );
        return new()
        {
            Name = "acme",
            Version = 1,
            Roles = roles.ToImmutableSortedDictionary(role => role.Id, role => role),
            Groups = groups.ToImmutableSortedDictionary(group => group.Id, group => group),
            Members = members.ToImmutableSortedDictionary(member => member.UserId, member => member),
        };
    }

    private static RoleGrant Grant(int role) => new(RoleId(role), Selector.AllowAll);
}
