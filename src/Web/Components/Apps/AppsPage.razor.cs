using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps;

/// <summary>The apps of all racks that the reader may see, as they are now.</summary>
public sealed partial class AppsPage : LivePage
{
    private readonly Dictionary<string, CancellationTokenSource> _watched = new(StringComparer.Ordinal);
    private AppsPageState _state = new() { Org = "" };

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "rack")]
    private string? Rack { get; set; }

    [Inject]
    private AppsReader Reader { get; set; } = null!;

    [Inject]
    private ProcessWatch Processes { get; set; } = null!;

    [Inject]
    private SampleDeployment Sample { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"app/{Org}/", $"rack/{Org}/", $"org/{Org}"];

    private string Host => new Uri(Navigation.BaseUri).Authority;

    private bool IsDeploying => _state.Sample is { IsOver: false };

    protected override void AddressChanged() =>
        _state = _state with { Org = Org, Query = AppsQuery.From(Search, Rack) };

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }
    }

    protected override async Task ReadAsync(Caller caller) => Apply(await Reader.AllAsync(caller, Left));

    protected override Task LookAsync(string topic) =>
        topic.StartsWith("app/", StringComparison.Ordinal) && AppRef.TryParse(topic["app/".Length..], out var app)
            ? TryAsync(async caller => Apply(await Reader.OneAsync(caller, app, Left)))
            : ReloadAsync();

    protected override void Trouble(string text) => Apply(new AppsChange.Trouble(text));

    private void Apply(AppsChange change)
    {
        _state = AppsPageState.Reduce(_state, change);
        if (RendererInfo.IsInteractive)
        {
            WatchProcesses();
            _ = DrawAsync();
        }
    }

    /// <summary>One watch per app that runs something, ended with it.</summary>
    private void WatchProcesses()
    {
        foreach (var key in _watched.Keys.Where(k => !_state.Apps.ContainsKey(k)).ToList())
        {
            _watched[key].Cancel();
            _watched[key].Dispose();
            _watched.Remove(key);
        }

        foreach (var (key, row) in _state.Apps)
        {
            if (row.Desired is not null && !_watched.ContainsKey(key))
            {
                _watched[key] = CancellationTokenSource.CreateLinkedTokenSource(Left);
                var app = row.App.Ref;
                _ = Processes.RunAsync(app, () => InvokeAsync(() => LookAsync($"app/{app}")), _watched[key].Token);
            }
        }
    }

    private async Task DeployAsync(RackRef rack)
    {
        if (IsDeploying)
        {
            return;
        }

        var failure = await DoAsync(async caller =>
        {
            await Sample.RunAsync(
                rack,
                progress => _ = InvokeAsync(() => Apply(new AppsChange.Sample(progress))),
                Left
            );
            return null;
        });
        if (failure is not null && _state.Sample is { } sample)
        {
            Apply(new AppsChange.Sample(sample with { Failed = true, Detail = failure }));
        }
    }
}
