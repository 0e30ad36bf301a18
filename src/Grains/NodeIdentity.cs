using System.Collections.Immutable;

namespace Palisade.Grains;

/// <summary>
/// This incarnation of this process: a new id at each start, so that record streams and leases have one writer.
/// </summary>
/// <param name="Id">12 hex.</param>
/// <param name="Machine">Stable id of the machine, for capabilities of local racks.</param>
public sealed record NodeIdentity(string Id, string Machine)
{
    /// <summary>What a job of a local rack on this machine needs.</summary>
    public string HostCapability => $"host:{Machine}";

    /// <summary>Whether this process has the local racks of its machine. Default true.</summary>
    public bool HasRacks { get; init; } = true;

    /// <summary>
    /// Where other nodes reach the internal endpoint of this one; empty when it has none.
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>What jobs and requests may need of a node and this one has.</summary>
    public ImmutableHashSet<string> Capabilities => HasRacks ? [OwnCapability, HostCapability] : [OwnCapability];

    /// <summary>What only this process has, whatever its incarnation: to see whether its lease holds.</summary>
    public string OwnCapability => $"node:{Id}";
}
