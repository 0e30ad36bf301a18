using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs.Text;

/// <summary>
/// Roles, groups and assignments as one document. A part that is left out stays as it is; of roles and groups, what a
/// part does not name is to go. Members that are not named stay as they are: nobody is removed by a document.
/// </summary>
public sealed record AccessDocument
{
    public ImmutableArray<RoleEntry>? Roles { get; init; }

    public ImmutableArray<GroupEntry>? Groups { get; init; }

    public ImmutableArray<MemberEntry>? Members { get; init; }

    /// <summary>An organization's own roles, its groups and everybody's assignments, in the order of names.</summary>
    public static AccessDocument Of(OrgState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new()
        {
            Roles =
            [
                .. state
                    .Roles.Values.OrderBy(role => role.Name, StringComparer.Ordinal)
                    .Select(role => new RoleEntry(role.Name, role.Id, role.Policies)),
            ],
            Groups =
            [
                .. state
                    .Groups.Values.OrderBy(group => group.Name, StringComparer.Ordinal)
                    .Select(group => new GroupEntry(group.Name, group.Id, Of(state, group.Roles))),
            ],
            Members =
            [
                .. state.Members.Values.Select(member => new MemberEntry(
                    member.UserId,
                    Of(state, member.Roles),
                    [.. member.Groups.Select(id => state.Groups[id].Name).Order(StringComparer.Ordinal)]
                )),
            ],
        };
    }

    private static ImmutableArray<GrantEntry> Of(OrgState state, ImmutableArray<RoleGrant> grants) =>
        [.. grants.Select(grant => new GrantEntry(state.FindRole(grant.Role)?.Name ?? grant.Role, grant.Racks))];
}

/// <param name="Id">Of the role that it was; with it a new name is a rename. None: the role of that name, or a new
/// one.</param>
public sealed record RoleEntry(string Name, string? Id, ImmutableArray<Policy> Policies);

/// <param name="Id">As for roles.</param>
public sealed record GroupEntry(string Name, string? Id, ImmutableArray<GrantEntry> Roles);

/// <param name="Groups">Names of groups; null: they stay.</param>
public sealed record MemberEntry(string User, ImmutableArray<GrantEntry> Roles, ImmutableArray<string>? Groups);

/// <param name="Role">Name of a role of the document, of the organization, or built in.</param>
public sealed record GrantEntry(string Role, Selector Racks);
