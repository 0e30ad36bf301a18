using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps;

/// <summary>The apps of all racks that the reader may see, as they are now.</summary>
public sealed partial class AppsPage : LivePage
{
    private ProcessWatches? _watches;
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
        _watches?.Dispose();
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
            _watches ??= new(Processes, app => InvokeAsync(() => LookAsync($"app/{app}")), Left);
            _watches.Follow(_state.Apps.Values);
            _ = DrawAsync();
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
