using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Live;

/// <summary>
/// A page of an organization that shows what is so now: read before its first rendering, so that what was rendered with
/// the page is replaced by the same and nothing flickers; then fed by what was committed, not by asking again.
/// </summary>
public abstract partial class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private bool _begun;
    private bool _drawing;
    private readonly Queue<string> _moved = new();
    private bool _looking;

    // Taken once: what comes late asks for it after the source was disposed.
    protected LivePage() => Left = _gone.Token;

    [Parameter]
    public string Org { get; set; } = "";

    [Inject]
    private CircuitSession Session { get; set; } = null!;

    [Inject]
    private IStore Store { get; set; } = null!;

    [Inject]
    private SecondFactorProof Factor { get; set; } = null!;

    [Inject]
    private ILoggerFactory Loggers { get; set; } = null!;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    /// <summary>Changes closer together than this are shown together.</summary>
    protected static TimeSpan Together { get; } = TimeSpan.FromMilliseconds(60);

    /// <summary>When the page is left.</summary>
    protected CancellationToken Left { get; }

    /// <summary>Beginnings of the streams whose changes the page shows.</summary>
    protected abstract IEnumerable<string> Topics { get; }

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        AddressChanged();
        if (!_begun)
        {
            _begun = true;

            // INVARIANT: subscribed before it is read, so that no change is missed.
            var feeds = RendererInfo.IsInteractive
                ? Topics.Select(topic => Store.Changes.SubscribeAsync(topic, Left)).ToArray()
                : [];
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
        Dispose(true);
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    /// <summary>Parameters were set, the query's among them.</summary>
    protected virtual void AddressChanged() { }

    protected abstract Task ReadAsync(Caller caller);

    /// <summary>What the page says about trouble with reading; what it shows stays.</summary>
    protected abstract void Trouble(string text);

    /// <summary>A stream of the page's topics has moved.</summary>
    protected virtual Task LookAsync(string topic) => ReloadAsync();

    protected Task ReloadAsync()
    {
        // What moved before is read with the rest.
        _moved.Clear();
        return TryAsync(ReadAsync);
    }

    /// <summary>Reads as who uses the page, proven again.</summary>
    protected async Task TryAsync(Func<Caller, Task> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            if ((await Session.CallerAsync(Org, Left)).TryGet(out var caller, out var problem))
            {
                await read(caller);
            }
            else
            {
                Trouble(Sentence.Of(problem));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !Left.IsCancellationRequested)
        {
            Failed(Loggers.CreateLogger(GetType()), e, Org);
            Trouble("This could not be read again and may be out of date.");
        }
    }

    /// <summary>
    /// Does what a person asked for, as who they are now. Null: done; otherwise why not, as a sentence.
    /// </summary>
    protected async Task<string?> DoAsync(Func<Caller, Task<Problem?>> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        try
        {
            var problem = (await Session.CallerAsync(Org, Left)).TryGet(out var caller, out var over)
                ? await act(caller)
                : over;
            return problem is null ? null : Sentence.Of(problem);
        }
        catch (Exception e) when (e is not OperationCanceledException || !Left.IsCancellationRequested)
        {
            Failed(Loggers.CreateLogger(GetType()), e, Org);
            return "Something broke on the server; its log says more. Look at what is shown before you try again.";
        }
    }

    /// <summary>
    /// The same, with the second factor proven before where it is asked for. SECURITY: no code is no attempt, which
    /// would be counted.
    /// </summary>
    /// <param name="code">Null: none is asked for.</param>
    protected async Task<string?> DoProvenAsync(string? code, Func<Caller, Task<Problem?>> act) =>
        code is null ? await DoAsync(act)
        : code.Trim().Length == 0 ? "Give the code from your app, or a recovery code."
        : await DoAsync(caller => Factor.GiveAsync(caller, new(code), Left)) ?? await DoAsync(act);

    /// <summary>Shows what changed, with what else changes just then.</summary>
    protected async Task DrawAsync()
    {
        if (_drawing || !RendererInfo.IsInteractive)
        {
            return;
        }

        _drawing = true;
        await Task.Delay(Together, Time);
        _drawing = false;
        if (!Left.IsCancellationRequested)
        {
            await InvokeAsync(StateHasChanged);
        }
    }

    /// <summary>Looks at one after the other; what moves meanwhile is looked at once, however often it moves.</summary>
    private async Task MovedAsync(string topic)
    {
        if (!_moved.Contains(topic))
        {
            _moved.Enqueue(topic);
        }

        if (_looking)
        {
            return;
        }

        _looking = true;
        try
        {
            while (!Left.IsCancellationRequested && _moved.TryDequeue(out var next))
            {
                await LookAsync(next);
            }
        }
        finally
        {
            _looking = false;
        }
    }

    private async Task ListenAsync(IAsyncEnumerable<Change> changes)
    {
        try
        {
            await foreach (var change in changes)
            {
                await InvokeAsync(() => MovedAsync(change.Topic));
            }
        }
#pragma warning disable CA1031 // A page that hears of nothing must not look as if nothing happened.
        catch (Exception) when (Left.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(Loggers.CreateLogger(GetType()), e, Org);
            await InvokeAsync(() => Trouble("This is not kept up to date any more; reload the page."));
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A page of {Org} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string org);
}
