using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Storage.Logs;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Logs;

/// <summary>Opens a log for a page: decided and counted once, when reading begins.</summary>
internal sealed class LogAccess(IGate gate, PageRacks racks)
{
    /// <summary>Where it is read, be that on another node. Problems: refusals, <c>rack.unreachable</c>.</summary>
    public async ValueTask<Result<ILogReader>> OpenAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        RackState rack,
        CancellationToken cancellationToken
    ) =>
        (await gate.AuthorizeAsync(caller, operation, resource, cancellationToken)).TryGet(out _, out var refused)
            ? await racks.LogsAsync(caller, operation, resource, rack, cancellationToken)
            : Result.Fail<ILogReader>(refused);
}
