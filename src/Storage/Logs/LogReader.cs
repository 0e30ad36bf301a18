using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Palisade.Storage.Logs;

/// <summary>Reads the lines of one log in pages; holds no file while its consumer is slow.</summary>
internal static class LogReader
{
    public static async IAsyncEnumerable<LogLine> ReadAsync(
        LogFile file,
        LogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var since = query.Since?.UtcTicks ?? 0;
        var (number, offset) = (0, 0L);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Asked for before the look at the segments, so that nothing written in between is slept through.
            var changed = file.Changed;
            var over = file.Completed || file.Deleted || !query.Follow;
            var segments = file.Segments;
            var index = 0;
            while (index < segments.Length && (segments[index].Number < number || Skip(segments, index, since)))
            {
                index++;
            }

            if (index < segments.Length && segments[index].Number != number)
            {
                (number, offset) = (segments[index].Number, segments[index].Start);
            }

            if (index < segments.Length && offset < segments[index].Length)
            {
                foreach (var (kind, clear, end) in Page(file, segments[index], offset, since))
                {
                    offset = end;
                    foreach (var line in kind == LogFrameKind.Lines ? LogFrame.ReadLines(clear) : [])
                    {
                        if (Fits(line, query))
                        {
                            yield return line;
                        }
                    }
                }
            }
            else if (index + 1 < segments.Length)
            {
                // INVARIANT: a segment is final once another one follows it in the same snapshot, so its end was really
                // reached.
                if (segments[index + 1].LengthBefore != segments[index].Length)
                {
                    throw new InvalidDataException($"A part of the log {file.Log} was cut off.");
                }

                (number, offset) = (segments[index + 1].Number, segments[index + 1].Start);
            }
            else if (over)
            {
                yield break;
            }
            else
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }

    // All lines up to the end of a segment are older than asked for.
    private static bool Skip(IReadOnlyList<LogSegment> segments, int index, long since) =>
        index + 1 < segments.Count && segments[index + 1].LatestBefore < since;

    private static List<(LogFrameKind Kind, byte[] Clear, long End)> Page(
        LogFile file,
        LogSegment segment,
        long offset,
        long since
    )
    {
        try
        {
            var frames = segment.Read(offset, since);
            return frames.Count > 0 ? frames : throw new InvalidDataException($"The log {file.Log} was cut off.");
        }
        catch (FileNotFoundException)
        {
            // Dropped by age or size meanwhile: go on behind it.
            return [(LogFrameKind.Cursors, [], segment.Length)];
        }
        catch (DirectoryNotFoundException)
        {
            return [(LogFrameKind.Cursors, [], segment.Length)];
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new InvalidDataException($"The log {file.Log} was changed.", exception);
        }
    }

    private static bool Fits(LogLine line, LogQuery query) =>
        (query.Since is not { } since || line.At >= since)
        && (query.SourcePrefix is not { } prefix || line.Source.StartsWith(prefix, StringComparison.Ordinal))
        && (
            query.Filter is not { } filter
            || line.Text.Contains(filter, StringComparison.OrdinalIgnoreCase)
            || line.Source.Contains(filter, StringComparison.OrdinalIgnoreCase)
        );
}
