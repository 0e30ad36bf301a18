using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>Where providers put what they see by themselves.</summary>
public interface IRackEvents
{
    /// <summary>
    /// Keeps log lines of one process, in order. Lines that were kept before (by cursor) are never given again.
    /// </summary>
    ValueTask LogAsync(
        AppRef app,
        string source,
        ImmutableArray<ProcessLogLine> lines,
        CancellationToken cancellationToken = default
    );

    /// <summary>Keeps one line about the rack itself in the rack's own log.</summary>
    ValueTask LogAsync(RackRef rack, string text, CancellationToken cancellationToken = default);

    /// <summary>Position of the last kept line of a source, or null.</summary>
    Task<string?> LogCursorAsync(AppRef app, string source, CancellationToken cancellationToken = default);

    /// <summary>
    /// The app is not as it should be: a process ended by itself. False when it could not be noted: it must be told
    /// again.
    /// </summary>
    Task<bool> DriftAsync(AppRef app, string reason, CancellationToken cancellationToken = default);
}

/// <param name="Cursor">Orders the lines of one source.</param>
public sealed record ProcessLogLine(DateTimeOffset At, string Text, string Cursor);
