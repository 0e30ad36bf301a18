using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Palisade.Domain.Access;

/// <summary>
/// The compiled parts of one policy, each made once: a role as it is held, and what everybody holds who holds the same.
/// </summary>
internal sealed record PolicyParts
{
    public required NameTests Tests { get; init; }

    public required IReadOnlyDictionary<HeldRole, CompiledRole> Roles { get; init; }

    public required IReadOnlyDictionary<UserRoles, UserAccess> Users { get; init; }

    /// <summary>How many roles were compiled for this version.</summary>
    public required int Compiled { get; init; }

    /// <summary>Whether most tests are those of roles that nobody holds any more.</summary>
    public bool IsMostlyUnused => Tests.Count > 256 + (2 * Roles.Values.Sum(role => role.Rules.Count()));
}

/// <summary>
/// All that somebody holds, as a key. Compiled roles are made once and so are told apart by reference; those of a
/// version and of its predecessor are the same where nothing changed.
/// </summary>
internal readonly struct UserRoles(ImmutableArray<(CompiledRole Role, string? Group)> roles) : IEquatable<UserRoles>
{
    public ImmutableArray<(CompiledRole Role, string? Group)> Roles { get; } = roles;

    public bool Equals(UserRoles other)
    {
        if (Roles.Length != other.Roles.Length)
        {
            return false;
        }

        for (var i = 0; i < Roles.Length; i++)
        {
            if (!ReferenceEquals(Roles[i].Role, other.Roles[i].Role) || Roles[i].Group != other.Roles[i].Group)
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is UserRoles other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (role, group) in Roles)
        {
            hash.Add(RuntimeHelpers.GetHashCode(role));
            hash.Add(group);
        }

        return hash.ToHashCode();
    }
}
