using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;
using Palisade.Web.Api;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.Logs;

/// <summary>Draws lines of a log as they come, once it is opened and until the page is left.</summary>
public abstract class LogFollower : ComponentBase, IDisposable
{
    /// <summary>Read ahead of what is drawn.</summary>
    private const int Ahead = 500;

    /// <summary>Lines closer together than this are drawn together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>Lines of one source may come so much later than those of another.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationToken _left;
    private bool _following;
    private string? _broken;

    // Taken once: what comes late asks for it after the source was disposed.
    protected LogFollower() => _left = _gone.Token;

    /// <summary>Its name in the store.</summary>
    [Parameter, EditorRequired]
    public required string Log { get; set; }

    /// <summary>Only this part is shown; null: what the query asks for, and what comes.</summary>
    [Parameter]
    public LogSpan? Span { get; set; }

    /// <summary>Where it is read, or why it can't be; null until it is opened.</summary>
    [Parameter, EditorRequired]
    public Result<ILogReader>? Opened { get; set; }

    [Inject]
    private protected TimeProvider Time { get; set; } = null!;

    private protected LogBuffer Buffer { get; set; } = new();

    private protected bool Waiting => !RendererInfo.IsInteractive;

    /// <summary>All that there is of what is over has come.</summary>
    private protected bool IsRead { get; private set; }

    /// <summary>Why no line comes any more, for people; null: they do.</summary>
    private protected string? Ended => _broken ?? (Opened?.Problem is { } refused ? Sentence.Of(refused) : null);

    /// <summary>What is read, of as many lines as come.</summary>
    private protected abstract LogQuery Query { get; }

    protected override void OnParametersSet()
    {
        if (!_following && Opened is { Ok: true, Value: var log })
        {
            _following = true;
            _ = FollowAsync(log);
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync(ILogReader log)
    {
        var came = Channel.CreateBounded<LogLine>(Ahead);
        var reading = ReadAsync(log, Query, came.Writer);
        try
        {
            while (await came.Reader.WaitToReadAsync(_left))
            {
                // What comes together is drawn together.
                await Task.Delay(Together, Time, _left);
                var lines = new List<LogLine>();
                while (lines.Count < Ahead && came.Reader.TryRead(out var line))
                {
                    lines.Add(line);
                }

                await InvokeAsync(() =>
                {
                    Buffer = Buffer.Add(lines);
                    StateHasChanged();
                });
            }

            await reading;
            await InvokeAsync(() =>
            {
                IsRead = true;
                StateHasChanged();
            });
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception e) when (RackFaults.Of(e) is not null || e is IOException or InvalidOperationException)
        {
            await InvokeAsync(() =>
            {
                var why = RackFaults.Of(e) is { } fault ? $"{Sentence.Of(fault.Message)} " : "";
                _broken = $"{why}The log could not be read on; reload the page to try again.";
                StateHasChanged();
            });
        }
    }

    private async Task ReadAsync(ILogReader log, LogQuery query, ChannelWriter<LogLine> to)
    {
        try
        {
            await foreach (var line in log.ReadAsync(Log, query, _left))
            {
                if (line.At < (Span?.Until ?? DateTimeOffset.MaxValue))
                {
                    await to.WriteAsync(line, _left);
                }
                else if (line.At - Span!.Until > Late)
                {
                    break;
                }
            }
        }
        finally
        {
            to.Complete();
        }
    }
}
