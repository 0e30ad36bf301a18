using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Logs;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>A rack's own log.</summary>
public sealed partial class LogsPage : RackScreen
{
    private static readonly Operation[] ForLogs = [Operations.RackLogs];

    private string? _missing;
    private Result<ILogReader>? _log;

    [Inject]
    private LogAccess Access { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var resource = Resource.Of(row.Rack.Ref);
        _missing = await Missing.OfAsync(caller, resource, ForLogs, Left);
        if (_missing is null && _log is null && !Waiting)
        {
            _log = await Access.OpenAsync(caller, Operations.RackLogs, resource, row.Rack, Left);
        }
    }
}
