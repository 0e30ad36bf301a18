using System.Collections.Immutable;
using System.Net;
using Palisade.Grains.Outgoing;

namespace Palisade.Silo.Outgoing;

/// <summary>Nothing beyond the public internet.</summary>
internal sealed class NoOutgoingNetworks : IOutgoingNetworks
{
    public ValueTask<ImmutableArray<IPNetwork>> AllowedAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(ImmutableArray<IPNetwork>.Empty);
}
