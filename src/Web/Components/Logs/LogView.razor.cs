using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.Logs;

/// <summary>
/// A log as it comes, from a time on and with a filter that the server applies; both are in the address.
/// </summary>
public sealed partial class LogView : LogFollower
{
    private const int MaxFilter = 200;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Whose log it is, for people.</summary>
    [Parameter, EditorRequired]
    public required string Of { get; set; }

    /// <summary>Address of the page, without a query.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>What is shown unless the address says something else.</summary>
    [Parameter]
    public LogRange Usual { get; set; } = LogRange.Usual;

    /// <summary>How the client shows it.</summary>
    [Parameter, EditorRequired]
    public required string Command { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Asked { get; set; }

    [SupplyParameterFromQuery(Name = "since")]
    private string? Since { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private protected override LogQuery Query =>
        new()
        {
            Since = Span?.From ?? Range.Since(Time.GetUtcNow()),
            Filter = Filter.Length > 0 ? Filter : null,
            Follow = Span is null,
        };

    // What else the address says, which the form keeps.
    private IEnumerable<(string Name, string Value)> Kept =>
        Span is null
            ? []
            : QueryHelpers
                .ParseQuery(new Uri(Navigation.Uri).Query)
                .Where(part => part.Key is not ("q" or "since"))
                .Select(part => (part.Key, part.Value.ToString()));

    private string Filter => Asked is null ? "" : Asked[..Math.Min(Asked.Length, MaxFilter)];

    private LogRange Range => LogRange.From(Since, Usual);

    private string Said =>
        Ended is { } ended ? ended
        : Waiting ? "Connecting…"
        : Buffer.IsPaused
            ? $"Paused: {Number(Buffer.Waiting)} new {(Buffer.Waiting == 1 ? "line" : "lines")}{Lost(" of which {0} are kept no longer")}."
        : Span is not null
            ? $"{Sentence.Counted(Buffer.Lines.Count, "line")}{Lost(", the {0} before them are not shown")}."
        : Buffer.Count == 0 ? "No line yet; new ones appear here."
        : $"Live: {Number(Buffer.Lines.Count)} {(Buffer.Lines.Count == 1 ? "line" : "lines")}{Lost(", the {0} before them are not shown")}.";

    private void Toggle() => Buffer = Buffer.IsPaused ? Buffer.Resume() : Buffer.Pause();

    private string Link(LogLine line) =>
        $"{Path}?since={Uri.EscapeDataString(LogRange.At(line.At))}"
        + (Filter.Length > 0 ? $"&q={Uri.EscapeDataString(Filter)}" : "");

    private string Lost(string words) =>
        Buffer.Dropped == 0 ? "" : string.Format(Invariant, words, Number(Buffer.Dropped));

    private static string Number(long number) => number.ToString("N0", Invariant);
}
