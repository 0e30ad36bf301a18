using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// A member and every role held, directly or through groups: what <see cref="CompiledPolicy"/> is made from.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.access.member")]
public sealed record MemberAccess([property: Id(0)] string UserId, [property: Id(1)] ImmutableArray<HeldRole> Roles)
{
    public bool Equals(MemberAccess? other) =>
        other is not null && UserId == other.UserId && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() =>
        HashCode.Combine(UserId, Roles.Length, Roles.IsDefaultOrEmpty ? null : Roles[0]);
}
