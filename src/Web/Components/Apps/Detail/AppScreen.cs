using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A page of one app.</summary>
public abstract class AppScreen : LivePage
{
    private bool _watching;

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

    /// <summary>Null: the app is gone, or no longer the reader's to see.</summary>
    protected AppSummary? Summary { get; private set; }

    /// <summary>Why what is shown may be old; null: it is not.</summary>
    protected string? Problem { get; private set; }

    /// <summary>The page is not connected yet, so that its buttons would do nothing.</summary>
    protected bool Waiting => !RendererInfo.IsInteractive;

    protected override IEnumerable<string> Topics =>
        [$"app/{Org}/{RackName}/{AppName}", $"rack/{Org}/{RackName}", $"org/{Org}"];

    protected sealed override async Task ReadAsync(Caller caller)
    {
        Summary = AppRef.TryParse($"{Org}/{RackName}/{AppName}", out var app)
            ? await Reader.SummaryAsync(caller, app, Left)
            : null;
        if (Summary is not null)
        {
            await ReadAsync(caller, Summary);
        }

        Problem = null;
        WatchProcesses();
        _ = DrawAsync();
    }

    /// <summary>Reads what this page shows of it.</summary>
    protected abstract Task ReadAsync(Caller caller, AppSummary app);

    protected override void Trouble(string text)
    {
        Problem = text;
        _ = DrawAsync();
    }

    private void WatchProcesses()
    {
        if (!_watching && RendererInfo.IsInteractive && Summary is { } app)
        {
            _watching = true;
            _ = Processes.RunAsync(app.Ref, () => InvokeAsync(ReloadAsync), Left);
        }
    }
}
