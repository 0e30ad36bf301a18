using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Keys;

/// <summary>Which keys are well-formed. What one may be granted is <see cref="EscalationGuard"/>'s.</summary>
public static class DeployKeyRules
{
    /// <summary>
    /// The key with its networks in one form. Problems: <c>key.name_invalid</c>, <c>key.roles_invalid</c>,
    /// <c>key.networks_invalid</c>, <c>key.uses_invalid</c>, <c>key.expiry_invalid</c>, <c>role.unknown</c>,
    /// <c>access.bad_selector</c>, <c>access.bad_pattern</c>.
    /// </summary>
    public static Result<DeployKeySpec> Check(OrgState org, DeployKeySpec? spec, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(org);
        if (spec is null || !Names.IsValid(spec.Name))
        {
            return Result.Fail<DeployKeySpec>(
                DeployKeyProblems.Invalid(
                    "name",
                    $"{Printable.Of(spec?.Name)} is not a deploy key's name",
                    $"use {Names.Rule}"
                )
            );
        }

        var networks = spec.Networks.IsDefault ? [] : spec.Networks;
        var refusal = CheckPlaces(spec) ?? CheckRoles(org, spec) ?? CheckLimits(spec, networks, now);
        return refusal is not null
            ? Result.Fail<DeployKeySpec>(refusal)
            : spec with
            {
                Networks =
                [
                    .. networks.Select(n => AddressRange.TryNormalise(n, out var range) ? range : n).Distinct(),
                ],
            };
    }

    private static Problem? CheckPlaces(DeployKeySpec spec) =>
        spec.Racks is null or { Kind: SelectorKind.DenyAll }
            ? new Invalid("access.bad_selector", "it must be said on which racks the key works")
            {
                Suggestion = "name them, or choose all racks",
            }
        : spec.Apps is null or { Kind: SelectorKind.DenyAll }
            ? new Invalid("access.bad_selector", "it must be said for which apps the key works")
            {
                Suggestion = "name them, or choose all apps",
            }
        : SelectorRules.Check(spec.Racks, SelectorUse.Rack) ?? SelectorRules.Check(spec.Apps, SelectorUse.App);

    private static Problem? CheckRoles(OrgState org, DeployKeySpec spec)
    {
        if (
            spec.Roles.IsDefault
            || spec.Roles.Length > DeployKeySpec.MaxRoles
            || spec.Roles.Distinct(StringComparer.Ordinal).Count() != spec.Roles.Length
        )
        {
            return DeployKeyProblems.Invalid(
                "roles",
                $"a deploy key has at most {DeployKeySpec.MaxRoles} roles, each named once"
            );
        }

        if (spec.Narrow && spec.Roles.IsEmpty)
        {
            return DeployKeyProblems.Invalid(
                "roles",
                "a narrow key may do what its roles grant and nothing else, and it has none",
                "choose at least one role"
            );
        }

        foreach (var id in spec.Roles)
        {
            if (org.FindRole(id) is not { } role)
            {
                return OrgProblems.RoleUnknown(id);
            }

            if (!DeployKeyAccess.Counts(role))
            {
                return DeployKeyProblems.Invalid(
                    "roles",
                    $"role {role.Name} gives a deploy key nothing: only policies on Racks and Application count",
                    "choose another role"
                );
            }
        }

        return null;
    }

    private static Problem? CheckLimits(DeployKeySpec spec, ImmutableArray<string> networks, DateTimeOffset now) =>
        networks.Length > DeployKeySpec.MaxNetworks
            ? DeployKeyProblems.Invalid("networks", $"a deploy key names at most {DeployKeySpec.MaxNetworks} networks")
        : networks.FirstOrDefault(n => !AddressRange.TryNormalise(n, out _)) is { } bad
            ? DeployKeyProblems.Invalid("networks", $"{Printable.Of(bad)} is not a network", AddressRange.Remedy)
        : spec.UseLimit is < 1 or > DeployKeySpec.MaxUses
            ? DeployKeyProblems.Invalid("uses", $"a use limit is 1 to {DeployKeySpec.MaxUses}")
        : spec.Expires <= now ? DeployKeyProblems.Invalid("expiry", "the key would have expired already")
        : null;
}
