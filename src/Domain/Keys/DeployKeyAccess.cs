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
        return [.. Roles(org, spec).Select(role => Held(role, spec))];
    }

    /// <summary>One of the key's roles, cut down to what counts, as held on its racks and apps.</summary>
    public static HeldRole Held(Role role, DeployKeySpec spec)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(spec);
        return new(Narrowed(role), spec.Racks) { Apps = spec.Apps };
    }

    /// <summary>The key's roles as they are, its default operations as one unless it is narrow.</summary>
    public static IEnumerable<Role> Roles(OrgState org, DeployKeySpec spec)
    {
        ArgumentNullException.ThrowIfNull(org);
        ArgumentNullException.ThrowIfNull(spec);
        var roles = spec.Roles.Select(org.FindRole).OfType<Role>();
        return spec.Narrow ? roles : roles.Prepend(DeployKeyDefaults.Role);
    }

    /// <summary>
    /// The policy that decides the key's requests in its organization: nothing is granted to one that does not work.
    /// </summary>
    /// <param name="version">The heads that roles and the key were read at.</param>
    public static CompiledPolicy Compile(OrgState org, DeployKeyState key, PolicyVersion version, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(org);
        ArgumentNullException.ThrowIfNull(key);
        var works = org.Exists && key.WorksAt(now);
        return new(
            org.Name,
            version.Org,
            works ? [new MemberAccess(key.Id, Held(org, key.Spec!))] : [],
            PrincipalKind.DeployKey
        )
        {
            KeyVersion = version.Key,
            Suspended = org.Suspended?.Reason,
        };
    }

    /// <summary>What all keys that work may do, for questions about them.</summary>
    /// <param name="previous">What did not change since is taken from it.</param>
    public static CompiledPolicy Compile(
        OrgState org,
        IEnumerable<DeployKeyView> keys,
        long version,
        DateTimeOffset now,
        CompiledPolicy? previous = null
    )
    {
        ArgumentNullException.ThrowIfNull(org);
        return new(
            org.Name,
            version,
            keys.Where(key => key.WorksAt(now)).Select(key => new MemberAccess(key.Id, Held(org, key.Spec))),
            PrincipalKind.DeployKey,
            previous
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
