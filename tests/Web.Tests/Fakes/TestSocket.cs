using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Web.Tests.Fakes;

/// <summary>The client's end of a websocket, frame by frame, so that tests can break every rule.</summary>
public sealed class TestSocket : IAsyncDisposable
{
    private readonly Stream _stream;

    private TestSocket(Stream stream) => _stream = stream;

    public static async Task<TestSocket> OpenAsync(
        World world,
        string path,
        string? token = null,
        params string[] headers
    )
    {
        ArgumentNullException.ThrowIfNull(world);
        var stream = await world.ConnectAsync();
        var request = new StringBuilder(
            $"GET {path} HTTP/1.1\r\nHost: localhost:{world.Port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        ).Append(
            $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\nOrigin: https://localhost:{world.Port}\r\nSession: \r\n"
        );
        if (token != "")
        {
            request.Append($"Authorization: {World.Basic(token ?? world.Token)}\r\n");
        }

        foreach (
            var header in headers.Any(h => h.StartsWith("Rack:", StringComparison.Ordinal))
                ? headers
                : [.. headers, "Rack: acme/staging"]
        )
        {
            request.Append(header).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.Append("\r\n").ToString()));
        var head = await HeadAsync(stream);
        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        return new TestSocket(stream);
    }

    public async Task SendAsync(int opcode, byte[] payload, bool final = true, bool masked = true)
    {
        var frame = new List<byte> { (byte)((final ? 0x80 : 0) | opcode) };
        var mask = masked ? (byte)0x80 : (byte)0;
        if (payload.Length <= 125)
        {
            frame.Add((byte)(mask | payload.Length));
        }
        else
        {
            var length = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.Add((byte)(mask | 127));
            frame.AddRange(length);
        }

        byte[] key = [1, 2, 3, 4];
        if (masked)
        {
            frame.AddRange(key);
        }

        frame.AddRange(masked ? payload.Select((b, i) => (byte)(b ^ key[i % 4])) : payload);
        await _stream.WriteAsync(frame.ToArray());
        await _stream.FlushAsync();
    }

    public async Task RawAsync(params byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>The next frame, or opcode -1 at the end of the connection.</summary>
    public async Task<(int Opcode, byte[] Payload)> ReceiveAsync(int seconds = 20)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var head = new byte[2];
        try
        {
            await _stream.ReadExactlyAsync(head, patience.Token);
            long length = head[1] & 0x7f;
            if (length >= 126)
            {
                var more = new byte[length == 126 ? 2 : 8];
                await _stream.ReadExactlyAsync(more, patience.Token);
                length =
                    length == 126
                        ? BinaryPrimitives.ReadUInt16BigEndian(more)
                        : (long)BinaryPrimitives.ReadUInt64BigEndian(more);
            }

            var payload = new byte[length];
            await _stream.ReadExactlyAsync(payload, patience.Token);
            return (head[0] & 0x0f, payload);
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return (-1, []);
        }
    }

    /// <summary>Text until the server's end of stream, and the close code that follows.</summary>
    public async Task<(byte[] Data, List<string> Frames, int Close)> ToEndAsync()
    {
        var (data, frames) = (new List<byte>(), new List<string>());
        while (true)
        {
            var (opcode, payload) = await ReceiveAsync();
            switch (opcode)
            {
                case 1:
                    data.AddRange(payload);
                    frames.Add(Encoding.UTF8.GetString(payload));
                    break;
                case 2:
                    var (next, code) = await ReceiveAsync();
                    return ([.. data], frames, next == 8 ? BinaryPrimitives.ReadUInt16BigEndian(code) : 0);
                case 8:
                    return ([.. data], frames, BinaryPrimitives.ReadUInt16BigEndian(payload));
                case -1:
                    return ([.. data], frames, 0);
                default:
                    break;
            }
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<string> HeadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
        {
            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}
