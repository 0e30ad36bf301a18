using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks;

namespace Palisade.Grains.Racks;

/// <summary>Finds the provider of a rack on this node.</summary>
public interface IProviders
{
    /// <summary>
    /// One that is ready. <c>rack.starting</c> when it is not yet, <c>rack.unreachable</c> when this node can't reach
    /// it, <c>rack.provider_unknown</c> when there is none of its kind.
    /// </summary>
    Result<IRackProvider> Find(RackState rack);

    /// <summary>As <see cref="Find"/>, but also one that is not ready yet: to make it so.</summary>
    Result<IRackProvider> FindAny(RackState rack);

    /// <summary>Whether the rack's machine is another node's.</summary>
    bool IsElsewhere(RackState rack) => false;

    /// <summary>What the rack can run of convox.yml, also when its machine is another node's.</summary>
    Result<RackFeatures> FeaturesOf(RackState rack) => Find(rack).Map(static provider => provider.Features);

    /// <summary>The operator's, as far as they are known here; the rack's machine keeps to its own anyhow.</summary>
    ImmutableDictionary<string, ParameterCeiling> CeilingsOf(RackState rack) =>
        FindAny(rack).TryGet(out var provider, out _)
            ? provider.Ceilings
            : ImmutableDictionary<string, ParameterCeiling>.Empty;
}
