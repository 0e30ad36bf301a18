using System.Collections.Immutable;

namespace Palisade.Domain.Orgs;

/// <summary>
/// A member: the user's id (name and address are the user's own), the roles given directly, at most
/// <see cref="MaxRoles"/>, and the groups through which more are held. Direct roles may be none for who is in a group.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.org.member")]
public sealed record OrgMember(
    [property: Id(0)] string UserId,
    [property: Id(1)] ImmutableArray<RoleGrant> Roles,
    [property: Id(2)] DateTimeOffset Since
)
{
    public const int MaxRoles = 20;
    public const int MaxGroups = 50;

    /// <summary>Ids of groups, sorted, at most <see cref="MaxGroups"/>.</summary>
    [Id(3)]
    public ImmutableArray<string> Groups { get; init; } = [];

    public bool Equals(OrgMember? other) =>
        other is not null
        && UserId == other.UserId
        && Since == other.Since
        && Roles.SequenceEqual(other.Roles)
        && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() =>
        HashCode.Combine(
            UserId,
            Since,
            Roles.Length,
            Roles.IsDefaultOrEmpty ? null : Roles[0],
            Groups.Length,
            Groups.IsDefaultOrEmpty ? null : Groups[0]
        );

    internal OrgMember In(string group) =>
        Groups.BinarySearch(group, StringComparer.Ordinal) is < 0 and var at
            ? this with
            {
                Groups = Groups.Insert(~at, group),
            }
            : this;

    internal OrgMember NotIn(string group) =>
        Groups.Contains(group) ? this with { Groups = Groups.Remove(group) } : this;
}
