using System.Collections.Immutable;
using Palisade.Storage.Logs;

namespace Palisade.Web.Components.Logs;

/// <summary>
/// The newest lines of a log, and what of them is shown: all of them, or, while the view is paused, those that were
/// there when it was (console.md 2). Pure: lines in, a buffer out.
/// </summary>
public sealed record LogBuffer
{
    /// <summary>Lines that a view holds at most.</summary>
    public const int Most = 1_000;

    private ImmutableList<NumberedLine> Newest { get; init; } = [];

    private ImmutableList<NumberedLine>? Frozen { get; init; }

    /// <summary>How many lines came.</summary>
    public long Count { get; private init; }

    private long CountAtPause { get; init; }

    public bool IsPaused => Frozen is not null;

    /// <summary>Lines that came since the view was paused.</summary>
    public long Waiting => IsPaused ? Count - CountAtPause : 0;

    /// <summary>Lines that came and are kept no longer, as far as the reader has not seen them.</summary>
    public long Dropped => IsPaused ? Math.Max(0, Waiting - Most) : Math.Max(0, Count - Most);

    public IReadOnlyList<NumberedLine> Lines => Frozen ?? Newest;

    public LogBuffer Add(IReadOnlyCollection<LogLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var number = Count;
        var all = Newest.AddRange(lines.Select(line => new NumberedLine(number++, line)));
        return this with { Newest = all.RemoveRange(0, Math.Max(0, all.Count - Most)), Count = number };
    }

    public LogBuffer Pause() => this with { Frozen = Newest, CountAtPause = Count };

    public LogBuffer Resume() => this with { Frozen = null };
}

/// <param name="Number">From 0, in the order in which lines came.</param>
public readonly record struct NumberedLine(long Number, LogLine Line);
