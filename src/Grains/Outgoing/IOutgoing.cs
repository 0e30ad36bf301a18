using Palisade.Domain.Kernel;

namespace Palisade.Grains.Outgoing;

/// <summary>
/// Sends to URLs that people chose (S12). Only to the public internet and to networks that the operator allowed, as
/// resolved at the moment of connecting; follows no redirects; bounded in time and size. What was answered is for the
/// sender's own use and never for people.
/// </summary>
public interface IOutgoing
{
    /// <summary>
    /// Sends once. Problems: <c>outgoing.bad_url</c>, <c>outgoing.no_target</c> (nothing there that may be sent to),
    /// <c>outgoing.unreachable</c>, <c>outgoing.redirected</c>, <c>outgoing.too_large</c>. Any other status is an
    /// answer.
    /// </summary>
    Task<Result<OutgoingAnswer>> SendAsync(OutgoingRequest request, CancellationToken cancellationToken = default);
}
