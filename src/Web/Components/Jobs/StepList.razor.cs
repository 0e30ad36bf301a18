using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Logs;

namespace Palisade.Web.Components.Jobs;

/// <summary>The lines that a change of an app wrote into its log, each with when that was.</summary>
public sealed partial class StepList : LogFollower
{
    /// <summary>Source of what Palisade itself says in an app's log.</summary>
    private const string Source = "system/palisade/";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>When the change began.</summary>
    [Parameter, EditorRequired]
    public required DateTimeOffset From { get; set; }

    /// <summary>When it ended; null: it has not.</summary>
    [Parameter, EditorRequired]
    public required DateTimeOffset? Until { get; set; }

    private protected override LogQuery Query =>
        new()
        {
            Since = From,
            SourcePrefix = Source,
            Follow = Span is null,
        };

    // What comes after the end is another change's.
    private IReadOnlyList<NumberedLine> Shown =>
        Until is { } end ? [.. Buffer.Lines.Where(line => line.Line.At <= end)] : Buffer.Lines;

    /// <summary>How long after the beginning: <c>+4.2 s</c>.</summary>
    private string After(DateTimeOffset at)
    {
        var time = at > From ? at - From : TimeSpan.Zero;
        return time < TimeSpan.FromMinutes(1)
            ? string.Create(Invariant, $"+{time.TotalSeconds:0.0} s")
            : string.Create(Invariant, $"+{(int)time.TotalMinutes} min {time.Seconds} s");
    }
}
