using System.Collections.Immutable;
using System.Net;

namespace Palisade.Grains.Outgoing;

/// <summary>The networks beyond the public internet that the operator allows to be sent to (S12).</summary>
public interface IOutgoingNetworks
{
    ValueTask<ImmutableArray<IPNetwork>> AllowedAsync(CancellationToken cancellationToken = default);
}
