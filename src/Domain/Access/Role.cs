using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>A named list of policies. The id of a built-in role is its name; a custom role's is generated.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.role")]
public sealed record Role
{
    /// <summary>Most policies of one role.</summary>
    public const int MaxPolicies = 100;

    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required ImmutableArray<Policy> Policies { get; init; }

    public bool IsBuiltIn => BuiltInRoles.Find(Id) is not null;

    public bool Equals(Role? other) =>
        other is not null && Id == other.Id && Name == other.Name && Policies.SequenceEqual(other.Policies);

    public override int GetHashCode() => HashCode.Combine(Id, Name);
}
