using System.Globalization;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;

namespace Palisade.Web.Streams;

/// <summary>
/// Sends log lines. The store has cleaned them (S29), so no ANSI sequence can end the client's copy early
/// (convox-wire.md 8.1).
/// </summary>
internal static class LogStream
{
    private const int FlushAt = 16 * 1024;

    /// <summary>Lines as <c>time source text</c> with prefix, else the text alone, until they end.</summary>
    public static async Task<Result<StreamEnd>> SendAsync(
        OpenStream stream,
        ILogReader logs,
        string log,
        LogQuery query,
        bool prefix
    )
    {
        await SendAsync(stream.Peer, logs.ReadAsync(log, query, stream.Ended), (b, line) => Append(b, line, prefix));
        return StreamEnd.Done;
    }

    /// <summary>Lines in a form of their own. Those that are ready together are sent together.</summary>
    public static async Task SendAsync(Peer peer, IAsyncEnumerable<LogLine> log, Action<StringBuilder, LogLine> append)
    {
        var buffer = new StringBuilder();
        await using var lines = log.GetAsyncEnumerator(peer.Ended);
        while (true)
        {
            var next = lines.MoveNextAsync();
            if (!next.IsCompleted || buffer.Length > FlushAt)
            {
                await FlushAsync(peer, buffer);
            }

            if (!await next)
            {
                break;
            }

            append(buffer, lines.Current);
        }

        await FlushAsync(peer, buffer);
    }

    private static void Append(StringBuilder buffer, LogLine line, bool prefix)
    {
        if (prefix)
        {
            // COMPAT: whole seconds and Z; convox start matches exactly that shape.
            buffer
                .Append(line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
                .Append(' ')
                .Append(line.Source)
                .Append(' ');
        }

        buffer.Append(line.Text).Append('\n');
    }

    private static async ValueTask FlushAsync(Peer peer, StringBuilder buffer)
    {
        if (buffer.Length > 0)
        {
            await peer.SendAsync(Encoding.UTF8.GetBytes(buffer.ToString()), peer.Ended);
            buffer.Clear();
        }
    }
}
