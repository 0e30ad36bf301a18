using System.Collections.Immutable;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Groups;

/// <summary>A group as pages show it.</summary>
/// <param name="Members">How many are in it.</param>
/// <param name="Holds">Roles and racks in words.</param>
public sealed record GroupRow(string Org, OrgGroup Group, int Members, ImmutableArray<string> Holds)
{
    public string Path => PathOf(Org, Group.Id);

    public static string ListPathOf(string org) => $"/o/{org}/users/groups";

    public static string PathOf(string org, string id) => $"{ListPathOf(org)}/{Uri.EscapeDataString(id)}";

    public bool IsLike(string search) =>
        Group.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || Holds.Any(held => held.Contains(search, StringComparison.OrdinalIgnoreCase));
}
