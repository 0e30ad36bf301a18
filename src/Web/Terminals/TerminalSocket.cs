using System.Net.WebSockets;
using System.Text.Json;

namespace Palisade.Web.Terminals;

/// <summary>
/// The websocket of one terminal: binary frames are the terminal's bytes, text frames say what else there is
/// (<see cref="TerminalText"/>). Output waits for the page to draw what it has.
/// </summary>
internal sealed class TerminalSocket(WebSocket socket) : IDisposable
{
    /// <summary>Output on its way or waiting in the page to be drawn. A flood then stops at its source.</summary>
    private const int Ahead = 512 * 1024;

    /// <summary>Pasted text comes in pieces that are smaller.</summary>
    private const int MaxKeys = 1024 * 1024;

    /// <summary>The longest command, however its characters are written.</summary>
    private const int MaxText = 32 * 1024;

    private readonly SemaphoreSlim _drawn = new(0, 1);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private long _acknowledged;

    public long BytesSent { get; private set; }

    /// <summary>Null: the page left.</summary>
    public async Task<TerminalMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        while (true)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            message.Write(_buffer, 0, received.Count);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (message.Length > (received.MessageType == WebSocketMessageType.Binary ? MaxKeys : MaxText))
            {
                return new TerminalMessage.Malformed();
            }

            if (received.EndOfMessage)
            {
                var bytes = message.ToArray();
                return received.MessageType == WebSocketMessageType.Binary
                    ? new TerminalMessage.Keys(bytes)
                    : TerminalMessage.Parse(bytes);
            }
        }
    }

    /// <param name="total">Of all output so far.</param>
    public void Acknowledge(long total)
    {
        Interlocked.Exchange(ref _acknowledged, total);
        if (_drawn.CurrentCount == 0)
        {
            _drawn.Release();
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        while (BytesSent - Interlocked.Read(ref _acknowledged) >= Ahead)
        {
            await _drawn.WaitAsync(cancellationToken);
        }

        await socket.SendAsync(output, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        BytesSent += output.Length;
    }

    public ValueTask SendAsync(TerminalText text, CancellationToken cancellationToken) =>
        socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(text, TerminalJson.Default.TerminalText).AsMemory(),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellationToken
        );

    /// <summary>Says that nothing follows.</summary>
    public Task CloseAsync(CancellationToken cancellationToken) =>
        socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);

    /// <summary>Until the page has taken everything and says so.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (
            (await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close
        )
        {
            // Sent before it knew.
        }
    }

    /// <summary>Ends it, whatever is under way.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        _drawn.Dispose();
        socket.Dispose();
    }
}
