using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;
using Palisade.Web.Api;

namespace Palisade.Web.Live;

/// <summary>
/// Racks as the page of a session reaches them, wherever their machine is: the same way as requests. What was decided
/// goes along, and another node looks at it again.
/// </summary>
internal sealed class PageRacks(CircuitSession session, RackView racks)
{
    /// <summary>For an operation that was decided.</summary>
    public async Task<Result<ILiveRack>> LiveAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        RackState rack,
        CancellationToken cancellationToken
    ) => await racks.LiveAsync(await session.RightsAsync(caller, operation, resource), rack, cancellationToken);

    /// <inheritdoc cref="LiveAsync"/>
    public async Task<Result<ILogReader>> LogsAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        RackState rack,
        CancellationToken cancellationToken
    ) => await racks.LogsAsync(await session.RightsAsync(caller, operation, resource), rack, cancellationToken);
}
