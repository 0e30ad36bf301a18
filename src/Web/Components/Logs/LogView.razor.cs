using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;
using Palisade.Web.Api;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.Logs;

/// <summary>
/// A log as it comes, from a time on and with a filter that the server applies; both are in the address.
/// </summary>
public sealed partial class LogView : ComponentBase, IDisposable
{
    private const int MaxFilter = 200;

    /// <summary>Read ahead of what is drawn.</summary>
    private const int Ahead = 500;

    /// <summary>Lines closer together than this are drawn together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>Lines of one source may come so much later than those of another.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationToken _left;
    private LogBuffer _buffer = new();
    private string? _broken;
    private bool _following;

    // Taken once: what comes late asks for it after the source was disposed.
    public LogView() => _left = _gone.Token;

    /// <summary>Its name in the store.</summary>
    [Parameter, EditorRequired]
    public required string Log { get; set; }

    /// <summary>Whose log it is, for people.</summary>
    [Parameter, EditorRequired]
    public required string Of { get; set; }

    /// <summary>Address of the page, without a query.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>What is shown unless the address says something else.</summary>
    [Parameter]
    public LogRange Usual { get; set; } = LogRange.Usual;

    /// <summary>Only this part is shown; null: what the address says, and what comes.</summary>
    [Parameter]
    public LogSpan? Span { get; set; }

    /// <summary>How the client shows it.</summary>
    [Parameter, EditorRequired]
    public required string Command { get; set; }

    /// <summary>Where it is read, or why it can't be; null until it is opened.</summary>
    [Parameter, EditorRequired]
    public Result<ILogReader>? Opened { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Asked { get; set; }

    [SupplyParameterFromQuery(Name = "since")]
    private string? Since { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    // What else the address says, which the form keeps.
    private IEnumerable<(string Name, string Value)> Kept =>
        Span is null
            ? []
            : QueryHelpers
                .ParseQuery(new Uri(Navigation.Uri).Query)
                .Where(part => part.Key is not ("q" or "since"))
                .Select(part => (part.Key, part.Value.ToString()));

    private bool Waiting => !RendererInfo.IsInteractive;

    private string Filter => Asked is null ? "" : Asked[..Math.Min(Asked.Length, MaxFilter)];

    private string? Refusal => Opened?.Problem is { } refused ? Sentence.Of(refused) : null;

    private LogRange Range => LogRange.From(Since, Usual);

    private string Said =>
        (_broken ?? Refusal) is { } ended ? ended
        : Waiting ? "Connecting…"
        : _buffer.IsPaused
            ? $"Paused: {Number(_buffer.Waiting)} new {(_buffer.Waiting == 1 ? "line" : "lines")}{Lost(" of which {0} are kept no longer")}."
        : Span is not null
            ? $"{Sentence.Counted(_buffer.Lines.Count, "line")}{Lost(", the {0} before them are not shown")}."
        : _buffer.Count == 0 ? "No line yet; new ones appear here."
        : $"Live: {Number(_buffer.Lines.Count)} {(_buffer.Lines.Count == 1 ? "line" : "lines")}{Lost(", the {0} before them are not shown")}.";

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
    }

    private void Toggle() => _buffer = _buffer.IsPaused ? _buffer.Resume() : _buffer.Pause();

    private async Task FollowAsync(ILogReader log)
    {
        var query = new LogQuery
        {
            Since = Span?.From ?? Range.Since(Time.GetUtcNow()),
            Filter = Filter.Length > 0 ? Filter : null,
            Follow = Span is null,
        };
        var came = Channel.CreateBounded<LogLine>(Ahead);
        var reading = ReadAsync(log, query, came.Writer);
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
                    _buffer = _buffer.Add(lines);
                    StateHasChanged();
                });
            }

            await reading;
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

    private string Link(LogLine line) =>
        $"{Path}?since={Uri.EscapeDataString(LogRange.At(line.At))}"
        + (Filter.Length > 0 ? $"&q={Uri.EscapeDataString(Filter)}" : "");

    private string Lost(string words) =>
        _buffer.Dropped == 0 ? "" : string.Format(Invariant, words, Number(_buffer.Dropped));

    private static string Number(long number) => number.ToString("N0", Invariant);
}
