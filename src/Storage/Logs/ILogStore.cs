using System.Collections.Immutable;

namespace Palisade.Storage.Logs;

/// <summary>
/// Log files, sealed with the org's data key (S23), byte-stable across crash and resume, with quotas and rotation (S29:
/// 1 GiB per app, and as many days as its rack says). A log is named by its path (<c>app/acme/staging/web</c>,
/// <c>build/acme/staging/web/B…</c>, <c>rack/acme/staging</c>).
/// </summary>
public interface ILogStore : ILogReader
{
    /// <summary>
    /// Appends lines in order. Cleans them (S29): control characters other than tab dropped, also ANSI sequences, lines
    /// over 64 KiB cut with a mark. Buffered for at most 100 ms; <see cref="FlushAsync"/> makes them durable.
    /// </summary>
    ValueTask AppendAsync(string log, ImmutableArray<LogLine> lines, CancellationToken cancellationToken = default);

    Task FlushAsync(string log, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends the last lines and ends followers after them; nothing happens when the log is completed already. Build
    /// logs are completed, app logs never.
    /// </summary>
    Task CompleteAsync(string log, ImmutableArray<LogLine> last, CancellationToken cancellationToken = default);

    /// <summary>
    /// The newest position of a source (process id) in a log, so that a collector resumes without doubling or losing
    /// lines.
    /// </summary>
    Task<string?> CursorAsync(string log, string source, CancellationToken cancellationToken = default);

    /// <summary>
    /// Drops lines that are older, in pieces of a day; nothing of a completed log, and nothing when there is none.
    /// </summary>
    Task TrimAsync(string log, TimeSpan maxAge, CancellationToken cancellationToken = default);

    Task DeleteAsync(string log, CancellationToken cancellationToken = default);
}

/// <param name="At">When the line was written, by the engine's clock.</param>
/// <param name="Source">Second token of the prefix: <c>service/web/web-…</c>, <c>system/palisade/web</c>,
/// <c>build/B…</c>.</param>
/// <param name="Text">Without line end.</param>
public sealed record LogLine(DateTimeOffset At, string Source, string Text)
{
    /// <summary>
    /// Opaque position within the source, such as the engine's nanosecond time stamp and an ordinal; see
    /// <see cref="ILogStore.CursorAsync"/>.
    /// </summary>
    public string? Cursor { get; init; }
}

public sealed record LogQuery
{
    public DateTimeOffset? Since { get; init; }
    public bool Follow { get; init; }

    /// <summary>Keeps lines that contain it (ordinal, ignoring case), in source or text.</summary>
    public string? Filter { get; init; }

    /// <summary>Keeps lines whose source starts with it.</summary>
    public string? SourcePrefix { get; init; }
}
