using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A page of one app.</summary>
public abstract class AppScreen : LiveScreen<AppSummary>
{
    [Parameter]
    public string RackName { get; set; } = "";

    [Parameter]
    public string AppName { get; set; } = "";

    [Inject]
    private protected AppReader Reader { get; set; } = null!;

    [Inject]
    private protected AppActions Actions { get; set; } = null!;

    [Inject]
    private ProcessWatch Processes { get; set; } = null!;

    protected override IEnumerable<string> Topics =>
        [$"app/{Org}/{RackName}/{AppName}", $"rack/{Org}/{RackName}", $"org/{Org}"];

    /// <summary>Reads what this page shows of it.</summary>
    protected abstract Task ReadAsync(Caller caller, AppSummary app);

    private protected sealed override async Task<AppSummary?> FindAsync(Caller caller) =>
        AppRef.TryParse($"{Org}/{RackName}/{AppName}", out var app)
            ? await Reader.SummaryAsync(caller, app, Left)
            : null;

    private protected sealed override Task ReadOfAsync(Caller caller, AppSummary found) => ReadAsync(caller, found);

    private protected sealed override Task WatchAsync(AppSummary found, Func<Task> look) =>
        Processes.RunAsync(found.Ref, look, Left);
}
