using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Palisade.Racks.Local.Engine;

/// <summary>Takes the answer of the logs call apart into lines with time and channel.</summary>
internal static class LogFrames
{
    public static async IAsyncEnumerable<LogLine> ReadAsync(
        Stream stream,
        bool tty,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var cleaners = new[] { new TextCleaner(), new TextCleaner() };
        var head = new byte[8];
        var buffer = new byte[32 * 1024];
        while (true)
        {
            var (channel, count) = (StreamChannel.Stdout, buffer.Length);
            if (!tty)
            {
                if (await FillAsync(stream, head, cancellationToken).ConfigureAwait(false) < head.Length)
                {
                    break;
                }

                channel = head[0] == 2 ? StreamChannel.Stderr : StreamChannel.Stdout;
                var length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4));
                count = (int)Math.Min(length, 16 * 1024 * 1024);
                buffer = buffer.Length < count ? new byte[count] : buffer;
            }

            var read = tty
                ? await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)
                : await FillAsync(stream, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (read == 0 && count > 0)
            {
                break;
            }

            foreach (var line in cleaners[(int)channel - 1].Add(buffer.AsSpan(0, read)))
            {
                yield return Split(line, channel);
            }
        }

        for (var i = 0; i < cleaners.Length; i++)
        {
            if (cleaners[i].End() is { } rest)
            {
                yield return Split(rest, (StreamChannel)(i + 1));
            }
        }
    }

    private static async ValueTask<int> FillAsync(
        Stream stream,
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (HttpIOException)
        {
            // The engine went away in the middle: what came is all there is, and the follower asks again.
            return 0;
        }
    }

    private static LogLine Split(string line, StreamChannel channel)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return
            space > 0
            && DateTimeOffset.TryParse(
                line.AsSpan(0, space),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            )
            ? new(at, channel, line[(space + 1)..])
            : new(null, channel, line);
    }
}
