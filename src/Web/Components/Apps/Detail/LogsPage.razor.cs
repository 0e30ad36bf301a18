using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// An app's log as it comes, from a time on and with a filter that the server applies. Whoever loses the right to it
/// loses the page with it: its circuit ends (<see cref="Live.SessionWatch"/>).
/// </summary>
public sealed partial class LogsPage : AppScreen
{
    private const int MaxFilter = 200;

    /// <summary>Read ahead of what is drawn.</summary>
    private const int Ahead = 500;

    private static readonly Operation[] ForLogs = [Operations.AppLogs];
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private LogBuffer _buffer = new();
    private string? _missing;
    private string? _ended;
    private bool _following;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Asked { get; set; }

    [SupplyParameterFromQuery(Name = "since")]
    private string? Since { get; set; }

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private IGate Gate { get; set; } = null!;

    [Inject]
    private ILogStore Logs { get; set; } = null!;

    [Inject]
    private IProviders Providers { get; set; } = null!;

    private string Filter => Asked is null ? "" : Asked[..Math.Min(Asked.Length, MaxFilter)];

    private LogRange Range => LogRange.From(Since);

    private string Said =>
        _ended is not null ? _ended
        : Waiting ? "Connecting…"
        : _buffer.IsPaused
            ? $"Paused: {Number(_buffer.Waiting)} new {(_buffer.Waiting == 1 ? "line" : "lines")}{Lost(" of which {0} are kept no longer")}."
        : _buffer.Count == 0 ? "No line yet; new ones appear here."
        : $"Live: {Number(_buffer.Lines.Count)} {(_buffer.Lines.Count == 1 ? "line" : "lines")}{Lost(", the {0} before them are not shown")}.";

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _missing = await Missing.OfAsync(caller, app.Ref, ForLogs, Left);
        if (_missing is not null || _following || Waiting)
        {
            return;
        }

        _following = true;
        if (
            !(await Gate.AuthorizeAsync(caller, Operations.AppLogs, Resource.Of(app.Ref), Left)).TryGet(
                out _,
                out var no
            )
        )
        {
            _ended = Account.Sentence.Of(no);
        }
        else if (!Providers.FindAny(app.Rack).TryGet(out _, out var elsewhere))
        {
            _ended = Account.Sentence.Of(elsewhere);
        }
        else
        {
            _ = FollowAsync(app.Ref);
        }
    }

    private void Toggle() => _buffer = _buffer.IsPaused ? _buffer.Resume() : _buffer.Pause();

    private async Task FollowAsync(AppRef app)
    {
        var query = new LogQuery
        {
            Since = Range.Since(Time.GetUtcNow()),
            Filter = Filter.Length > 0 ? Filter : null,
            Follow = true,
        };
        var came = Channel.CreateBounded<LogLine>(Ahead);
        var reading = ReadAsync(app, query, came.Writer);
        try
        {
            while (await came.Reader.WaitToReadAsync(Left))
            {
                // What comes together is drawn together.
                await Task.Delay(Together, Time, Left);
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
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            await InvokeAsync(() =>
            {
                _ended = "The log could not be read on; reload the page to try again.";
                StateHasChanged();
            });
        }
    }

    private async Task ReadAsync(AppRef app, LogQuery query, ChannelWriter<LogLine> to)
    {
        try
        {
            await foreach (var line in Logs.ReadAsync($"app/{app}", query, Left))
            {
                await to.WriteAsync(line, Left);
            }
        }
        finally
        {
            to.Complete();
        }
    }

    private string Link(AppSummary app, LogLine line) =>
        $"{app.Path}/logs?since={Uri.EscapeDataString(LogRange.At(line.At))}"
        + (Filter.Length > 0 ? $"&q={Uri.EscapeDataString(Filter)}" : "");

    private string Lost(string words) =>
        _buffer.Dropped == 0 ? "" : string.Format(Invariant, words, Number(_buffer.Dropped));

    private static string Number(long number) => number.ToString("N0", Invariant);
}
