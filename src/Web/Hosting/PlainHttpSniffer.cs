using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Palisade.Web.Hosting;

/// <summary>
/// Sits before TLS: plain HTTP on the TLS port gets an answer that says so, instead of a broken connection. A GET to a
/// host that we serve is redirected; anything else is refused, since its credentials and body have crossed in clear
/// already.
/// </summary>
internal sealed class PlainHttpSniffer(HostList hosts, TimeProvider time)
{
    private const byte TlsHandshake = 0x16;
    private const int MaxHead = 8 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(patience.Token);
            var first = read.Buffer.IsEmpty ? (byte?)null : read.Buffer.FirstSpan[0];
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            if (first is null)
            {
                return;
            }

            if (first != TlsHandshake)
            {
                await AnswerAsync(connection, patience.Token);
                return;
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            // Nothing came in time, or it left.
            connection.Abort();
            return;
        }

        await next(connection);
    }

    private async Task AnswerAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(connection, cancellationToken);
        var answer = Redirect(head) is { } location
            ? $"HTTP/1.1 308 Permanent Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : Refusal();
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
        await connection.Transport.Output.CompleteAsync();
    }

    private static string Refusal()
    {
        const string text = "this port speaks HTTPS; use an https:// address\n";
        return $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}";
    }

    /// <summary>
    /// The request's head as far as it came; reading on to its end keeps the close from resetting the connection.
    /// </summary>
    private static async Task<string> HeadAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(cancellationToken);
            var text = Encoding.ASCII.GetString(read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MaxHead)));
            if (
                text.Contains("\r\n\r\n", StringComparison.Ordinal)
                || read.Buffer.Length >= MaxHead
                || read.IsCompleted
            )
            {
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                return text;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private string? Redirect(string head)
    {
        var lines = head.Split("\r\n");
        var parts = lines[0].Split(' ');
        var host =
            lines.FirstOrDefault(l => l.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))?[5..].Trim() ?? "";
        return
            parts is ["GET" or "HEAD", ['/', ..] target, _]
            && !target.StartsWith("//", StringComparison.Ordinal)
            && target.All(c => c is > ' ' and < '\x7f')
            && HostString.FromUriComponent(host) is var named
            && hosts.Serves(named)
            && host.All(c => c is > ' ' and < '\x7f' and not '/' and not '@')
            ? $"https://{host}{target}"
            : null;
    }
}
