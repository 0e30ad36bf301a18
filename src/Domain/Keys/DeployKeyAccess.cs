using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Keys;

/// <summary>What a deploy key holds, in the terms that people's rights are decided in.</summary>
public static class DeployKeyAccess
{
    /// <summary>Whether anything of a role counts for a key.</summary>
    public static bool Counts(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        return !Narrowed(role).Policies.IsEmpty;
    }

    /// <summary>The key's roles as held on its racks and apps. A role that is gone grants nothing.</summary>
    public static ImmutableArray<HeldRole> Held(OrgState org, DeployKeySpec spec)
    {
        ArgumentNullException.ThrowIfNull(org);
        ArgumentNullException.ThrowIfNull(spec);
        var roles = spec.Roles.Select(org.FindRole).OfType<Role>().Select(Narrowed);
        return
        [
            .. (spec.Narrow ? roles : roles.Prepend(DeployKeyDefaults.Role)).Select(role => new HeldRole(
                role,
                spec.Racks
            )
            {
                Apps = spec.Apps,
            }),
        ];
    }

    /// <summary>
    /// The policy that decides the key's requests in its organization: nothing is granted to one that does not work.
    /// </summary>
    /// <param name="version">The organization's head that roles were read at.</param>
    public static CompiledPolicy Compile(OrgState org, DeployKeyState key, long version, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(org);
        ArgumentNullException.ThrowIfNull(key);
        var works = org.Exists && key.WorksAt(now);
        return new(
            org.Name,
            version,
            works ? [new MemberAccess(key.Id, Held(org, key.Spec!))] : [],
            PrincipalKind.DeployKey
        )
        {
            Suspended = org.Suspended?.Reason,
        };
    }

    // SECURITY: under another id, since a built-in id stands for the built-in policies and Administrator for what is
    // the administrators' alone.
    private static Role Narrowed(Role role) =>
        role with
        {
            Id = $"key:{role.Id}",
            Policies =
            [
                .. role.Policies.Where(policy => policy.Type is ResourceType.Application or ResourceType.Racks),
            ],
        };
}
