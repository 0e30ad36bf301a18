using Palisade.Domain.Kernel;

namespace Palisade.Web.Live;

/// <summary>A page of one thing, which begins with a summary of it.</summary>
public abstract class LiveScreen<TSummary> : LivePage
    where TSummary : class
{
    private bool _watching;

    /// <summary>Null: it is gone, or no longer the reader's to see.</summary>
    protected TSummary? Summary { get; private set; }

    /// <summary>Why what is shown may be old; null: it is not.</summary>
    protected string? Problem { get; private set; }

    /// <summary>The page is not connected yet, so that its buttons would do nothing.</summary>
    protected bool Waiting => !RendererInfo.IsInteractive;

    protected sealed override async Task ReadAsync(Caller caller)
    {
        Summary = await FindAsync(caller);
        if (Summary is not null)
        {
            await ReadOfAsync(caller, Summary);
        }

        Problem = null;
        if (!_watching && RendererInfo.IsInteractive && Summary is { } found)
        {
            _watching = true;
            _ = WatchAsync(found, () => InvokeAsync(ReloadAsync));
        }

        _ = DrawAsync();
    }

    /// <summary>Null: it is not there, or not the reader's to see.</summary>
    private protected abstract Task<TSummary?> FindAsync(Caller caller);

    /// <summary>Reads what this page shows of it.</summary>
    private protected abstract Task ReadOfAsync(Caller caller, TSummary found);

    /// <summary>Has the page look at what comes by no stream, until it is left.</summary>
    private protected abstract Task WatchAsync(TSummary found, Func<Task> look);

    protected override void Trouble(string text)
    {
        Problem = text;
        _ = DrawAsync();
    }
}
