using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Apps.Detail;
using Palisade.Web.Components.Jobs;
using Palisade.Web.Components.Logs;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>
/// What happened to an app, and of a range of time its log beside it (console.md 21): where somebody begins who is to
/// find out what went wrong.
/// </summary>
public sealed partial class TimelinePage : AppScreen
{
    private static readonly Operation[] ForLogs = [Operations.AppLogs];

    private TimelineQuery _query = TimelineQuery.Of(null, null, null, null);
    private TimelineFound? _found;
    private string? _mayNotReadLog;
    private Result<ILogReader>? _log;

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private TimelineReader Timeline { get; set; } = null!;

    [Inject]
    private LogAccess Access { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics =>
        [.. base.Topics, IAuditSearch.Topic(Org), .. JobsReader.TopicsOf(Org)];

    protected override void AddressChanged() => _query = TimelineQuery.Of(From, To, Kind, Before);

    // Jobs of others say nothing here, and records come later than what they are about.
    protected override Task LookAsync(string topic) =>
        topic.StartsWith("job/", StringComparison.Ordinal) && _found is not { MayNotSeeRecords: not null }
            ? Task.CompletedTask
            : ReloadAsync();

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        ArgumentNullException.ThrowIfNull(app);
        _found = await Timeline.ReadAsync(caller, app, _query, Left);
        if (_query.Span is null)
        {
            return;
        }

        _mayNotReadLog = await Missing.OfAsync(caller, app.Ref, ForLogs, Left);
        if (_mayNotReadLog is null && _log is null && !Waiting)
        {
            _log = await Access.OpenAsync(caller, Operations.AppLogs, Resource.Of(app.Ref), app.Rack, Left);
        }
    }

    private static string Path(AppSummary app, TimelineQuery query) =>
        $"{app.Path}/timeline{(query with { Before = null }).ToQueryString()}";

    /// <summary>A range that begins at a row; what was its end stays only where it is later.</summary>
    private TimelineQuery BeginningAt(TimelineRow row) =>
        _query with
        {
            From = row.At,
            To = _query.To < row.At ? null : _query.To,
        };

    private TimelineQuery EndingAt(TimelineRow row) =>
        _query with
        {
            To = row.At,
            From = _query.From > row.At ? null : _query.From,
        };
}
