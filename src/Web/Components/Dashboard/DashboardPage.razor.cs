using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Jobs;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Dashboard;

/// <summary>How things are, of all that the reader may see.</summary>
public sealed partial class DashboardPage : LivePage
{
    private DashboardState _state = new();
    private ProcessWatches? _watches;

    [Inject]
    private AppsReader Apps { get; set; } = null!;

    [Inject]
    private AuditReader Log { get; set; } = null!;

    [Inject]
    private DashboardReader Reader { get; set; } = null!;

    [Inject]
    private JobsReader Jobs { get; set; } = null!;

    [Inject]
    private ProcessWatch Processes { get; set; } = null!;

    protected override IEnumerable<string> Topics =>
        [$"app/{Org}/", $"rack/{Org}/", $"org/{Org}", .. JobsReader.TopicsOf(Org), Indexed];

    private string Indexed => IAuditSearch.Topic(Org);

    private string AppsLink => $"/o/{Org}/apps";

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _watches?.Dispose();
    }

    protected override async Task ReadAsync(Caller caller)
    {
        var missing = await Reader.MissingAsync(caller, Left);
        if (missing is not null)
        {
            Show(new DashboardState { Missing = missing });
            return;
        }

        var mayNotSeeJobs = await Jobs.MissingAsync(caller, Left);
        var mayNot = await Reader.MayNotSeeRefusalsAsync(caller, Left);
        var checkpoint = mayNot is null ? await Log.StatusAsync(Org, Left) : null;
        Show(
            new DashboardState
            {
                All = AppsPageState.Reduce(_state.All with { Org = Org }, await Apps.AllAsync(caller, Left)),
                Jobs = mayNotSeeJobs is null ? await JobsAsync(caller) : [],
                MayNotSeeJobs = mayNotSeeJobs,
                MayNotSeeRefusals = mayNot,
                Checkpoint = checkpoint,
                Refusals = mayNot is null ? await Reader.RefusalsAsync(Org, Left) : [],
            }
        );
    }

    protected override Task LookAsync(string topic) =>
        _state.Missing is not null ? ReloadAsync()
        : topic.StartsWith("app/", StringComparison.Ordinal) && AppRef.TryParse(topic["app/".Length..], out var app)
            ? TryAsync(caller => LookAsync(caller, app))
        : topic.StartsWith("job/", StringComparison.Ordinal) ? TryAsync(LookAtJobsAsync)
        : topic.StartsWith(Indexed, StringComparison.Ordinal) ? TryAsync(LookAtRefusalsAsync)
        : ReloadAsync();

    protected override void Trouble(string text) => Apply(new AppsChange.Trouble(text));

    private async Task LookAsync(Caller caller, AppRef app) => Apply(await Apps.OneAsync(caller, app, Left));

    private async Task LookAtJobsAsync(Caller caller) => Show(_state with { Jobs = await JobsAsync(caller) });

    private Task<ImmutableArray<JobLine>> JobsAsync(Caller caller) =>
        Jobs.OpenAsync(caller, DashboardState.Most, Time.GetUtcNow(), Left);

    private async Task LookAtRefusalsAsync(Caller caller)
    {
        if (await Reader.MayNotSeeRefusalsAsync(caller, Left) is null)
        {
            var checkpoint = await Log.StatusAsync(Org, Left);
            Show(_state with { Checkpoint = checkpoint, Refusals = await Reader.RefusalsAsync(Org, Left) });
        }
    }

    private void Apply(AppsChange change) => Show(_state with { All = AppsPageState.Reduce(_state.All, change) });

    private void Show(DashboardState state)
    {
        _state = state;
        if (RendererInfo.IsInteractive)
        {
            _watches ??= new(Processes, app => InvokeAsync(() => LookAsync($"app/{app}")), Left);
            _watches.Follow(_state.All.Apps.Values);
            _ = DrawAsync();
        }
    }
}
