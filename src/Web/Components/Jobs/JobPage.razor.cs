using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Storage.Logs;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Logs;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Jobs;

/// <summary>One job: what it does for whom, how far it is, why it failed, and the log of a build.</summary>
public sealed partial class JobPage : LiveScreen<JobLine>
{
    private static readonly LogRange WholeLog = LogRange.From("all");

    private JobDeed? _deed;
    private string? _refusal;
    private string? _mayNotReadLog;
    private AppChange? _change;
    private Result<ILogReader>? _log;
    private bool _busy;

    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private JobsReader Reader { get; set; } = null!;

    [Inject]
    private JobActions Actions { get; set; } = null!;

    [Inject]
    private LogAccess Access { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private Records Records { get; set; } = null!;

    protected override IEnumerable<string> Topics => [.. JobsReader.TopicsOf(Org), $"org/{Org}"];

    protected override Task LookAsync(string topic) =>
        topic.StartsWith("job/", StringComparison.Ordinal) && topic != $"job/{Summary?.Row.Job.Stream}"
            ? Task.CompletedTask
            : ReloadAsync();

    private protected override Task<JobLine?> FindAsync(Caller caller) => Reader.OneAsync(caller, Id, Left);

    private protected override async Task ReadOfAsync(Caller caller, JobLine found)
    {
        _deed = await Actions.PlanAsync(caller, found, Left);
        if (found.Build is { } build)
        {
            await OpenLogAsync(caller, build.App, Operations.BuildLogs);
        }
        else if (ChangeOf(found) is { } change)
        {
            // Read as it was when the page came, until it begins anew: what follows it goes on following.
            _change = _change is null || (_change.Span is not null && change.Span is null) ? change : _change;
            await OpenLogAsync(caller, change.App, Operations.AppLogs);
        }
    }

    // Whatever comes of it comes by its stream.
    private protected override Task WatchAsync(JobLine found, Func<Task> look) => Task.CompletedTask;

    private async Task OpenLogAsync(Caller caller, AppRef app, Operation reads)
    {
        _mayNotReadLog = await Missing.OfAsync(caller, app, [reads], Left);
        if (_mayNotReadLog is not null || _log is not null || Waiting)
        {
            return;
        }

        if (await Records.RackAsync(app.Rack, null, Left) is { } rack)
        {
            _log = await Access.OpenAsync(caller, reads, Resource.Of(app), rack, Left);
        }
    }

    /// <summary>What was shown when it was pressed, whatever the job has become since.</summary>
    private async Task ActAsync(JobDeed deed)
    {
        if (_busy || Summary is not { } job)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(caller =>
            deed.Cancels ? Actions.CancelAsync(caller, job, Left) : Actions.RetryAsync(caller, job, Left)
        );
        _busy = false;
        await ReloadAsync();
    }

    /// <summary>The change of an app that it carries out, once that began; null: it is something else.</summary>
    private static AppChange? ChangeOf(JobLine job) =>
        job is { App: { } app, Row: { Job.Kind: ConvergeJob.Kind, Started: { } began } row }
            ? new(app, began, row.Ended)
            : null;

    /// <summary>What it did is told by its app's or its rack's log, from its beginning on.</summary>
    private static string LogPath(JobLine job, string path) =>
        $"{path}/logs?since={Uri.EscapeDataString(LogRange.At(job.Row.Started ?? job.Row.Created))}";

    private sealed record AppChange(AppRef App, DateTimeOffset Began, DateTimeOffset? Over)
    {
        /// <summary>What of the log was meanwhile; null: it goes on.</summary>
        public LogSpan? Span { get; } = Over is { } over ? new(Began, over.AddTicks(1)) : null;

        public LogRange Range { get; } = LogRange.From(LogRange.At(Began));
    }
}
