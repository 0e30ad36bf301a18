using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Palisade.Racks.Local.Engine;

/// <summary>A line of an engine's log file and where the next one begins.</summary>
/// <param name="NextOffset">Give it to <see cref="ContainerLogFile.ReadAsync"/> to go on after this line, also after a
/// restart.</param>
public sealed record StoredLogLine(LogLine Line, long NextOffset);

/// <summary>
/// Reads the k8s-file log of a private podman (<see cref="ContainerInspect.LogPath"/>): exact times and offsets to
/// resume at, where the API has whole seconds and none. Each row is <c>time stdout|stderr F|P text</c>; P rows are
/// parts of a line.
/// </summary>
public static class ContainerLogFile
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Lines from an offset on. Goes on as the file grows until <paramref name="ended"/> says that the container has,
    /// and all is read. When the engine cut the file (log-size limit), reading starts at its new beginning.
    /// </summary>
    public static async IAsyncEnumerable<StoredLogLine> ReadAsync(
        string path,
        long offset,
        Func<CancellationToken, ValueTask<bool>> ended,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ended);
        var partial = new Dictionary<StreamChannel, StringBuilder>();
        while (true)
        {
            // Asked before reading, so that what the container wrote last is not missed.
            var last = await ended(cancellationToken).ConfigureAwait(false);
            if (File.Exists(path))
            {
                // Opened anew each time: the engine puts a new file in its place when it is too large.
                await using var file = new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
                offset = file.Length < offset ? 0 : offset;
                file.Position = offset;
                await foreach (var (row, length) in RowsAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    offset += length;
                    if (Parse(row, partial) is { } line)
                    {
                        yield return new(line, offset);
                    }
                }
            }

            if (last)
            {
                yield break;
            }

            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whole rows only: one without its end is read again later.</summary>
    private static async IAsyncEnumerable<(string Row, int Length)> RowsAsync(
        FileStream file,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var buffer = new byte[64 * 1024];
        var held = 0;
        while (await file.ReadAsync(buffer.AsMemory(held), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            held += read;
            var start = 0;
            while (Array.IndexOf(buffer, (byte)'\n', start, held - start) is >= 0 and var end)
            {
                yield return (Encoding.UTF8.GetString(buffer, start, end - start), end - start + 1);
                start = end + 1;
            }

            Array.Copy(buffer, start, buffer, 0, held - start);
            held -= start;
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private static LogLine? Parse(string row, Dictionary<StreamChannel, StringBuilder> partial)
    {
        var words = row.Split(' ', 4);
        if (
            words.Length < 4
            || !DateTimeOffset.TryParse(words[0], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        )
        {
            return null;
        }

        var channel = words[1] == "stderr" ? StreamChannel.Stderr : StreamChannel.Stdout;
        var text = partial.TryGetValue(channel, out var held) ? held : partial[channel] = new();
        text.Append(words[3]);
        if (words[2] == "P" && text.Length < TextCleaner.MaxLineBytes)
        {
            return null;
        }

        var line =
            text.Length > TextCleaner.MaxLineBytes ? text.ToString(0, TextCleaner.MaxLineBytes) : text.ToString();
        text.Clear();
        return new(at, channel, TextCleaner.Clean(line));
    }
}
