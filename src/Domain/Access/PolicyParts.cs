using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// The compiled parts of one policy, each made once: a role as it is held, and what everybody holds who holds the same.
/// </summary>
internal sealed record PolicyParts
{
    public required NameTests Tests { get; init; }

    public required IReadOnlyDictionary<HeldRole, CompiledRole> Roles { get; init; }

    public required IReadOnlyDictionary<HeldRoles, UserAccess> Users { get; init; }

    /// <summary>How many roles were compiled for this version.</summary>
    public required int Compiled { get; init; }

    /// <summary>Whether most tests are those of roles that nobody holds any more.</summary>
    public bool IsMostlyUnused => Tests.Count > 256 + (2 * Roles.Values.Sum(role => role.Rules.Count()));
}

/// <summary>All that somebody holds, as a key.</summary>
internal readonly struct HeldRoles(ImmutableArray<HeldRole> roles) : IEquatable<HeldRoles>
{
    private readonly ImmutableArray<HeldRole> _roles = roles;

    public bool Equals(HeldRoles other) => _roles.SequenceEqual(other._roles);

    public override bool Equals(object? obj) => obj is HeldRoles other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var held in _roles)
        {
            hash.Add(held);
        }

        return hash.ToHashCode();
    }
}
