using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace Palisade.Browser.Tests;

/// <summary>
/// Speaks to the socket of circuits without Blazor's own script: SignalR's handshake and frames, whose contents are
/// MessagePack and the sender's choice.
/// </summary>
internal sealed class CircuitFrames : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    public static async Task<CircuitFrames> OpenAsync(Uri server, string cookies)
    {
        var frames = new CircuitFrames();
        frames._socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        frames._socket.Options.SetRequestHeader("Cookie", cookies);
        frames._socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
        await frames._socket.ConnectAsync(new Uri($"wss://{server.Authority}/_blazor"), default);
        await frames._socket.SendAsync(
            Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"),
            WebSocketMessageType.Binary,
            true,
            default
        );
        Assert.Equal("{}\u001e", await frames.ReceiveAsync());
        return frames;
    }

    public Task SendAsync(byte[] frame) => _socket.SendAsync(frame, WebSocketMessageType.Binary, true, default);

    /// <summary>Calls what the hub has, with texts as arguments.</summary>
    public Task InvokeAsync(string target, params string[] arguments)
    {
        List<byte> message = [0x96, 1, 0x80, .. Text("7"), .. Text(target), (byte)(0x90 | arguments.Length)];
        message.AddRange(arguments.SelectMany(Text));
        message.Add(0x90);
        return SendAsync([.. Length(message.Count), .. message]);
    }

    /// <summary>What comes next, as text; null when the server has ended the connection.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[64 * 1024];
        try
        {
            var received = await _socket.ReceiveAsync(buffer, patience.Token);
            return received.MessageType == WebSocketMessageType.Close
                ? null
                : Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = new byte[3];
        head[0] = 0xda;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(1), (ushort)bytes.Length);
        return [.. head, .. bytes];
    }

    // Seven bits at a time, the lowest first.
    private static List<byte> Length(int count)
    {
        List<byte> length = [];
        for (; count >= 0x80; count >>= 7)
        {
            length.Add((byte)(count | 0x80));
        }

        length.Add((byte)count);
        return length;
    }
}
