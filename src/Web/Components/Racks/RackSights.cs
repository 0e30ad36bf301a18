using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Storage.Jobs;

namespace Palisade.Web.Components.Racks;

/// <summary>What this node sees of racks.</summary>
internal sealed class RackSights(IProviders providers, IJobStore jobs)
{
    public async Task<RackSight> OfAsync(RackState rack, CancellationToken cancellationToken) =>
        providers.FindAny(rack).TryGet(out var provider, out _)
            ? new RackSight(rack, Environment.MachineName, provider.LastSeen(rack))
            : new RackSight(rack, await ElsewhereAsync(rack, cancellationToken), null);

    private async Task<string?> ElsewhereAsync(RackState rack, CancellationToken cancellationToken) =>
        rack.Capability is { } capability && await jobs.FindNodeAsync(capability, cancellationToken) is not null
            ? capability.Split(':')[^1]
            : null;
}
