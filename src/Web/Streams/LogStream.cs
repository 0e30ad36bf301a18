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

    /// <summary>
    /// Lines as <c>time source text</c> with prefix, else the text alone, until they end. Lines that are ready together
    /// share a frame.
    /// </summary>
    public static async Task<Result<StreamEnd>> SendAsync(
        OpenStream stream,
        ILogStore logs,
        string log,
        LogQuery query,
        bool prefix
    )
    {
        var buffer = new StringBuilder();
        await using var lines = logs.ReadAsync(log, query, stream.Ended).GetAsyncEnumerator(stream.Ended);
        while (true)
        {
            var next = lines.MoveNextAsync();
            if (!next.IsCompleted || buffer.Length > FlushAt)
            {
                await FlushAsync(stream, buffer);
            }

            if (!await next)
            {
                break;
            }

            Append(buffer, lines.Current, prefix);
        }

        await FlushAsync(stream, buffer);
        return StreamEnd.Done;
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

    private static async ValueTask FlushAsync(OpenStream stream, StringBuilder buffer)
    {
        if (buffer.Length > 0)
        {
            await stream.Socket.SendAsync(Encoding.UTF8.GetBytes(buffer.ToString()), stream.Ended);
            buffer.Clear();
        }
    }
}
