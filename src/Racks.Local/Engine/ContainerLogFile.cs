using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Palisade.Racks.Local.Engine;

/// <summary>A line of an engine's log file and where the next one begins.</summary>
/// <param name="Next">Give it to <see cref="ContainerLogFile.ReadAsync"/> to go on after this line, also after a
/// restart.</param>
public sealed record StoredLogLine(LogLine Line, LogPosition Next);

/// <summary>
/// Reads the k8s-file log of a private podman (<see cref="ContainerInspect.LogPath"/>): exact times and offsets to
/// resume at, where the API has whole seconds and none. Each row is <c>time stdout|stderr F|P text</c>; P rows are
/// parts of a line.
/// </summary>
public static class ContainerLogFile
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Lines from a position on. Goes on as the file grows until <paramref name="ended"/> says that the container has,
    /// and all is read. At its log-size limit the engine puts a new file in the place of the old one: that one is read
    /// to its end first. What was replaced before it was opened is lost.
    /// </summary>
    public static async IAsyncEnumerable<StoredLogLine> ReadAsync(
        string path,
        LogPosition from,
        Func<CancellationToken, ValueTask<bool>> ended,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ended);
        var partial = new Dictionary<StreamChannel, StringBuilder>();
        var here = from;
        FileStream? file = null;
        try
        {
            while (true)
            {
                // Asked before reading, so that what the container wrote last is not missed.
                var last = await ended(cancellationToken).ConfigureAwait(false);
                file ??= Open(path);
                // Looked for before reading: once there is another file, nothing more comes into this one.
                var successor = Open(path);
                try
                {
                    while (file is not null)
                    {
                        here = Begin(file, here);
                        await foreach (var (row, length) in RowsAsync(file, cancellationToken).ConfigureAwait(false))
                        {
                            here = here with { Offset = here.Offset + length };
                            if (Parse(row, partial) is { } line)
                            {
                                yield return new(line, here);
                            }
                        }

                        if (successor is null || here.File.Length == 0 || NameOf(successor) == here.File)
                        {
                            break;
                        }

                        await file.DisposeAsync().ConfigureAwait(false);
                        (file, successor, here) = (successor, null, LogPosition.Start);
                    }
                }
                finally
                {
                    successor?.Dispose();
                }

                if (last)
                {
                    yield break;
                }

                await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Sets the file to the position, or to its start when the position is in another one.</summary>
    private static LogPosition Begin(FileStream file, LogPosition position)
    {
        var name = NameOf(file);
        var here =
            (position.File.Length > 0 && position.File != name) || file.Length < position.Offset
                ? new LogPosition(0, name)
                : position with
                {
                    File = name,
                };
        file.Position = here.Offset;
        return here;
    }

    /// <summary>Its first time stamp, in hex; "" while it is empty.</summary>
    private static string NameOf(FileStream file)
    {
        Span<byte> head = stackalloc byte[40];
        var read = RandomAccess.Read(file.SafeFileHandle, head, 0);
        var end = head[..read].IndexOf((byte)' ');
        return
            end > 0
            && DateTimeOffset.TryParse(Encoding.ASCII.GetString(head[..end]), CultureInfo.InvariantCulture, out var at)
            ? at.UtcTicks.ToString("x", CultureInfo.InvariantCulture)
            : "";
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
