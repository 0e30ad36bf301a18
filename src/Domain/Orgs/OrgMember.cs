using System.Collections.Immutable;

namespace Palisade.Domain.Orgs;

/// <summary>A member: the user's id (name and address are the user's own) and the roles given, at most <see cref="MaxRoles"/>.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.member")]
public sealed record OrgMember([property: Id(0)] string UserId, [property: Id(1)] ImmutableArray<RoleGrant> Roles, [property: Id(2)] DateTimeOffset Since)
{
    public const int MaxRoles = 20;

    public bool Equals(OrgMember? other) =>
        other is not null && UserId == other.UserId && Since == other.Since && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => HashCode.Combine(UserId, Since, Roles.Length, Roles.IsDefaultOrEmpty ? null : Roles[0]);
}
