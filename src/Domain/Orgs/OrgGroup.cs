using System.Collections.Immutable;

namespace Palisade.Domain.Orgs;

/// <summary>
/// Roles that its members hold together, at most <see cref="OrgMember.MaxRoles"/>. Who is in it is each member's
/// (<see cref="OrgMember.Groups"/>).
/// </summary>
/// <param name="Id">Generated; never used again.</param>
[GenerateSerializer, Immutable, Alias("palisade.org.group")]
public sealed record OrgGroup(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] ImmutableArray<RoleGrant> Roles,
    [property: Id(3)] DateTimeOffset Created
)
{
    public bool Equals(OrgGroup? other) =>
        other is not null
        && Id == other.Id
        && Name == other.Name
        && Created == other.Created
        && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => HashCode.Combine(Id, Name, Created, Roles.Length);
}
