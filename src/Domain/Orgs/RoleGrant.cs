using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>
/// A role given to a member, and on which racks: all of them is the explicit <see cref="Selector.AllowAll"/>
/// (security.md S17).
/// </summary>
/// <param name="Role">Id of a built-in or custom role.</param>
[GenerateSerializer, Immutable, Alias("palisade.org.role-grant")]
public sealed record RoleGrant([property: Id(0)] string Role, [property: Id(1)] Selector Racks)
{
    public static RoleGrant OnAllRacks(Role role) => new(role.Id, Selector.AllowAll);
}
