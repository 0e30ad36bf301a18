using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Access;

/// <summary>Roles on racks in words: <c>Deployer on staging, prod</c>.</summary>
internal static class HeldWords
{
    public static ImmutableArray<string> Of(OrgState state, ImmutableArray<RoleGrant> roles) =>
        [.. roles.Select(grant => $"{state.FindRole(grant.Role)?.Name ?? grant.Role} on {Racks(grant.Racks)}")];

    private static string Racks(Selector racks) =>
        racks.Kind switch
        {
            SelectorKind.AllowAll => "all racks",
            SelectorKind.Regex => $"racks that match {racks.Pattern}",
            _ => string.Join(", ", racks.Names),
        };
}
