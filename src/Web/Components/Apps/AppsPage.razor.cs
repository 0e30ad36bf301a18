using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Web.Components.Account;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps;

/// <summary>
/// The apps of all racks that the reader may see, as they are now. Fed by what was committed, not by asking again.
/// </summary>
public sealed partial class AppsPage : IDisposable
{
    /// <summary>Changes closer together than this are shown together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>
    /// Processes are looked at again at least this often: what a rack sees by itself may be lost with its connection.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _gone = new();

    // Taken once: what comes late asks for it after the source was disposed.
    private readonly CancellationToken _left;
    private readonly Dictionary<string, CancellationTokenSource> _watched = new(StringComparer.Ordinal);
    private AppsPageState _state = new() { Org = "" };
    private bool _drawing;

    public AppsPage() => _left = _gone.Token;

    [Parameter]
    public string Org { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "rack")]
    private string? Rack { get; set; }

    [Inject]
    private AppsReader Reader { get; set; } = null!;

    [Inject]
    private CircuitSession Session { get; set; } = null!;

    [Inject]
    private SampleDeployment Sample { get; set; } = null!;

    [Inject]
    private IStore Store { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private ILogger<AppsPage> Logger { get; set; } = null!;

    private string Host => new Uri(Navigation.BaseUri).Authority;

    private bool IsDeploying => _state.Sample is { IsOver: false };

    /// <summary>
    /// Reads before the first rendering, so that what was rendered with the page is replaced by the same and nothing
    /// flickers.
    /// </summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        _state = _state with { Org = Org, Query = AppsQuery.From(Search, Rack) };
        if (!_state.IsLoaded)
        {
            // INVARIANT: subscribed before it is read, so that no change is missed.
            var changes = RendererInfo.IsInteractive ? Store.Changes : null;
            var feeds = changes is null
                ? []
                : new[] { $"app/{Org}/", $"rack/{Org}/", $"org/{Org}" }
                    .Select(t => changes.SubscribeAsync(t, _left))
                    .ToArray();
            await ReloadAsync();
            foreach (var feed in feeds)
            {
                _ = ListenAsync(feed);
            }
        }

        await base.SetParametersAsync(ParameterView.Empty);
    }

    public void Dispose()
    {
        _gone.Cancel();
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }

        _gone.Dispose();
    }

    private async Task ReloadAsync() => await TryAsync(async caller => Apply(await Reader.AllAsync(caller, _left)));

    private async Task ListenAsync(IAsyncEnumerable<Change> changes)
    {
        try
        {
            await foreach (var change in changes)
            {
                await InvokeAsync(() => LookAsync(change.Topic));
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The page is left.
        }
    }

    private Task LookAsync(string topic) =>
        topic.StartsWith("app/", StringComparison.Ordinal) && AppRef.TryParse(topic["app/".Length..], out var app)
            ? TryAsync(async caller => Apply(await Reader.OneAsync(caller, app, _left)))
            : ReloadAsync();

    private async Task TryAsync(Func<Caller, Task> read)
    {
        try
        {
            var caller = await Session.CallerAsync(Org, _left);
            await (caller.TryGet(out var proven, out var problem) ? read(proven) : Task.FromResult(Refused(problem)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The list stays as it was, and says that it may be old.
            Failed(Logger, e, Org);
            Apply(new AppsChange.Trouble("The list could not be read again and may be out of date."));
        }
    }

    private Task Refused(Problem problem)
    {
        Apply(new AppsChange.Trouble(Sentence.Of(problem)));
        return Task.CompletedTask;
    }

    private void Apply(AppsChange change)
    {
        _state = AppsPageState.Reduce(_state, change);
        if (RendererInfo.IsInteractive)
        {
            WatchProcesses();
            _ = DrawAsync();
        }
    }

    private async Task DrawAsync()
    {
        if (_drawing)
        {
            return;
        }

        _drawing = true;
        await Task.Delay(Together, Time);
        _drawing = false;
        if (!_left.IsCancellationRequested)
        {
            await InvokeAsync(StateHasChanged);
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
                _watched[key] = CancellationTokenSource.CreateLinkedTokenSource(_left);
                _ = WatchAsync(row.App.Ref, _watched[key].Token);
            }
        }
    }

    private async Task WatchAsync(AppRef app, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Reader.WaitForProcessesAsync(app, Patience, stop);
                await InvokeAsync(() => LookAsync($"app/{app}"));
                await Task.Delay(Together, Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page is left, or the app is gone.
        }
    }

    private async Task DeployAsync(RackRef rack)
    {
        if (IsDeploying)
        {
            return;
        }

        try
        {
            await Sample.RunAsync(
                rack,
                progress => _ = InvokeAsync(() => Apply(new AppsChange.Sample(progress))),
                _left
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(Logger, e, Org);
            Apply(
                new AppsChange.Sample(
                    _state.Sample! with
                    {
                        Failed = true,
                        Detail = "Something broke on the server; its log says more.",
                    }
                )
            );
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The apps page of {Org} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string org);
}
