using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Logs;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// An app's log. Whoever loses the right to it loses the page with it: its circuit ends
/// (<see cref="Live.SessionWatch"/>).
/// </summary>
public sealed partial class LogsPage : AppScreen
{
    private static readonly Operation[] ForLogs = [Operations.AppLogs];

    private string? _missing;
    private Result<ILogReader>? _log;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private LogAccess Access { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        ArgumentNullException.ThrowIfNull(app);
        _missing = await Missing.OfAsync(caller, app.Ref, ForLogs, Left);
        if (_missing is null && _log is null && !Waiting)
        {
            _log = await Access.OpenAsync(caller, Operations.AppLogs, Resource.Of(app.Ref), app.Rack, Left);
        }
    }
}
