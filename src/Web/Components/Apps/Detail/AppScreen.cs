using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A page of one app.</summary>
public abstract class AppScreen : LivePage
{
    /// <summary>
    /// Processes are looked at again at least this often: what a rack sees by itself may be lost with its connection.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private bool _watching;

    [Parameter]
    public string RackName { get; set; } = "";

    [Parameter]
    public string AppName { get; set; } = "";

    [Inject]
    private protected AppReader Reader { get; set; } = null!;

    [Inject]
    private protected AppActions Actions { get; set; } = null!;

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
            _ = WatchAsync(app.Ref);
        }
    }

    private async Task WatchAsync(AppRef app)
    {
        try
        {
            while (Summary is not null)
            {
                await Reader.WaitForProcessesAsync(app, Patience, Left);
                await InvokeAsync(ReloadAsync);
                await Task.Delay(Together, Time, Left);
            }

            _watching = false;
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The page is left.
        }
    }
}
