using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Keys;

/// <summary>
/// What a deploy key is to be: its name, what it may do where, and its limits. What is well-formed says
/// <see cref="DeployKeyRules"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.key.spec")]
public sealed record DeployKeySpec
{
    /// <summary>Most roles of one key.</summary>
    public const int MaxRoles = 20;

    /// <summary>Most networks of one key.</summary>
    public const int MaxNetworks = 50;

    public const int MaxUses = 1_000_000;

    /// <summary>Unique among the organization's keys.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The racks it works on; all of them is the explicit <c>AllowAll</c> (security.md S17).</summary>
    [Id(1)]
    public required Selector Racks { get; init; }

    /// <summary>The apps of these racks that it works on.</summary>
    [Id(2)]
    public Selector Apps { get; init; } = Selector.AllowAll;

    /// <summary>
    /// Ids of roles that extend the default operations, or replace them when <see cref="Narrow"/>. Only their Racks and
    /// Application policies count.
    /// </summary>
    [Id(3)]
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Its roles replace the default operations, so that <c>run</c> can be taken away.</summary>
    [Id(4)]
    public bool Narrow { get; init; }

    /// <summary>Networks in CIDR form that it may be used from; empty means any.</summary>
    [Id(5)]
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>
    /// How many changes it may make (<see cref="KeyUses"/>), 1 to <see cref="MaxUses"/>; none means any number.
    /// </summary>
    [Id(6)]
    public int? UseLimit { get; init; }

    /// <summary>When it ends by itself; none means never.</summary>
    [Id(7)]
    public DateTimeOffset? Expires { get; init; }

    public bool Equals(DeployKeySpec? other) =>
        other is not null
        && Name == other.Name
        && Racks == other.Racks
        && Apps == other.Apps
        && Roles.SequenceEqual(other.Roles)
        && Narrow == other.Narrow
        && Networks.SequenceEqual(other.Networks)
        && UseLimit == other.UseLimit
        && Expires == other.Expires;

    public override int GetHashCode() =>
        HashCode.Combine(Name, Racks, Apps, Roles.Length, Narrow, Networks.Length, UseLimit, Expires);
}
