using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>
/// Which lists of grants are well-formed, for a member as for a group. Whether they may be given is
/// <see cref="OrgGuard"/>'s.
/// </summary>
internal static class RoleGrants
{
    /// <summary>
    /// Problems: <c>member.roles_missing</c>, <c>role.unknown</c>, <c>access.bad_selector</c>,
    /// <c>access.bad_pattern</c>.
    /// </summary>
    public static Problem? Check(OrgState state, ImmutableArray<RoleGrant> roles, int atLeast)
    {
        if (
            roles.IsDefault
            || roles.Length < atLeast
            || roles.Length > OrgMember.MaxRoles
            || roles.Distinct().Count() != roles.Length
        )
        {
            return OrgProblems.RolesMissing(atLeast);
        }

        return roles
            .Select(grant =>
                state.FindRole(grant?.Role) is null
                    ? OrgProblems.RoleUnknown(grant?.Role)
                    : RoleRules.CheckRacks(grant!.Racks)
            )
            .FirstOrDefault(problem => problem is not null);
    }
}
