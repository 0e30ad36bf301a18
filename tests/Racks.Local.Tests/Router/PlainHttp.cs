using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>An HTTP/1.1 client that sends exactly the bytes it is given and never tries anything twice.</summary>
internal sealed class PlainHttp(int port) : IDisposable
{
    private TcpClient? _client;
    private NetworkStream? _stream;

    public Task<(int Status, string Body)> GetAsync(string path, string host, bool keepAlive = false) =>
        SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{(keepAlive ? "" : "Connection: close\r\n")}\r\n");

    public async Task<(int Status, string Body)> SendAsync(string request)
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(IPAddress.Loopback, port);
            _stream = _client.GetStream();
        }

        await _stream!.WriteAsync(Encoding.Latin1.GetBytes(request));
        var head = await HeadAsync();
        var lines = head.Split("\r\n");
        if (lines[0].Length == 0)
        {
            throw new IOException("closed without an answer");
        }

        var length = lines.FirstOrDefault(line =>
            line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)
        );
        var body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1])];
        await _stream.ReadExactlyAsync(body);
        if (lines.Any(line => line.Equals("connection: close", StringComparison.OrdinalIgnoreCase)))
        {
            Close();
        }

        return (int.Parse(lines[0].Split(' ')[1]), Encoding.Latin1.GetString(body));
    }

    public void Close()
    {
        _stream?.Dispose();
        _client?.Dispose();
        (_stream, _client) = (null, null);
    }

    public void Dispose() => Close();

    private async Task<string> HeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await _stream!.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
            {
                return head.ToString(0, head.Length - 4);
            }
        }

        return "";
    }
}
