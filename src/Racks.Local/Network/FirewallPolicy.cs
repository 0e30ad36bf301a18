using System.Collections.Immutable;

namespace Palisade.Racks.Local.Network;

/// <summary>What the firewall of a rack lets through; everything is stated again at each apply.</summary>
public sealed record FirewallPolicy
{
    /// <summary>The bridges of apps (traffic inside one is never stopped).</summary>
    public ImmutableSortedSet<string> Bridges { get; init; } = [];

    /// <summary>
    /// Listeners of the router on the host that app containers may reach: virtual addresses and gateways with their
    /// ports.
    /// </summary>
    public ImmutableSortedSet<AdmittedListener> Admitted { get; init; } = [];

    /// <summary>
    /// The rack's block of virtual addresses, which nothing but its containers and the host itself reaches (S28).
    /// </summary>
    public string? VipRange { get; init; }

    /// <summary>The block of the builds' network, when builds run.</summary>
    public string? BuildSubnet { get; init; }

    /// <summary>More blocks that containers and builds must not reach.</summary>
    public ImmutableSortedSet<string> ControlPlane { get; init; } = [];

    /// <summary>IPv4 name servers, which containers and builds may ask on port 53 wherever they are.</summary>
    public ImmutableSortedSet<string> Resolvers { get; init; } = [];
}

/// <summary>A TCP listener of the host.</summary>
public readonly record struct AdmittedListener(string Address, int Port) : IComparable<AdmittedListener>
{
    public int CompareTo(AdmittedListener other) =>
        (string.CompareOrdinal(Address, other.Address), Port.CompareTo(other.Port)) switch
        {
            (0, var port) => port,
            (var address, _) => address,
        };

    public static bool operator <(AdmittedListener left, AdmittedListener right) => left.CompareTo(right) < 0;

    public static bool operator >(AdmittedListener left, AdmittedListener right) => left.CompareTo(right) > 0;

    public static bool operator <=(AdmittedListener left, AdmittedListener right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AdmittedListener left, AdmittedListener right) => left.CompareTo(right) >= 0;
}
