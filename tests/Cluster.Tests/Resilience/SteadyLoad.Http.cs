using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>One request, by hand: no client that repeats it.</summary>
internal sealed partial class SteadyLoad
{
    /// <summary>The kept connection unless the router has closed it, which any client sees before it sends.</summary>
    private async Task<TcpClient> UsableAsync(TcpClient? client, CancellationToken ct)
    {
        if (client is not null)
        {
            if (!client.Client.Poll(0, SelectMode.SelectRead))
            {
                return client;
            }

            client.Dispose();
        }

        var made = new TcpClient { NoDelay = true };
        await made.ConnectAsync(IPAddress.Loopback, _port, ct);
        return made;
    }

    /// <summary>Whether the connection may be used again.</summary>
    private async Task<bool> AskAsync(TcpClient client, byte[] request, CancellationToken ct)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(request, ct);
        var buffer = new byte[8192];
        var (have, end) = (0, -1);
        while (end < 0)
        {
            have += await ReadAsync(stream, buffer, have, ct);
            end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
        }

        var head = Encoding.ASCII.GetString(buffer, 0, end + 2);
        var length = Field(head, "content-length") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        while (have < end + 4 + length)
        {
            have += await ReadAsync(stream, buffer, have, ct);
        }

        var body = Encoding.UTF8.GetString(buffer, end + 4, length).Trim();
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{head.ReplaceLineEndings(" | ")} {body}");
        }

        _answers.AddOrUpdate(body, 1, static (_, n) => n + 1);
        return Field(head, "connection") != "close";
    }

    private static async Task<int> ReadAsync(NetworkStream stream, byte[] buffer, int have, CancellationToken ct)
    {
        var count = await stream.ReadAsync(buffer.AsMemory(have), ct);
        return count > 0
            ? count
            : throw new IOException(have == 0 ? "closed without an answer" : "closed in the middle of an answer");
    }

    private static string? Field(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        at += name.Length + 3;
        return head[at..head.IndexOf("\r\n", at, StringComparison.Ordinal)].Trim();
    }
}
