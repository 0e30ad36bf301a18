using System.Buffers.Binary;
using System.Net.Sockets;

namespace Palisade.Racks.Local.Engine;

/// <summary>Which stream of a process some bytes came from.</summary>
public enum StreamChannel
{
    Stdout = 1,
    Stderr = 2,
}

/// <summary>
/// The streams of a command in a container. With a terminal all bytes are <see cref="StreamChannel.Stdout"/>; without
/// one, frames of an 8-byte head (channel, three zeros, big-endian length) are taken apart. Dropping it does not end
/// the command.
/// </summary>
public sealed class ExecStream : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly bool _tty;
    private readonly byte[] _head = new byte[8];
    private StreamChannel _channel = StreamChannel.Stdout;
    private uint _left;

    internal ExecStream(Socket socket, NetworkStream stream, bool tty) =>
        (_socket, _stream, _tty) = (socket, stream, tty);

    /// <summary>Reads what has come, at most the buffer; 0 bytes when the command has closed its streams.</summary>
    public async ValueTask<(StreamChannel Channel, int Count)> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            while (!_tty && _left == 0)
            {
                var read = await _stream
                    .ReadAtLeastAsync(_head, 8, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                if (read < 8)
                {
                    return (_channel, 0);
                }

                _channel = _head[0] == 2 ? StreamChannel.Stderr : StreamChannel.Stdout;
                _left = BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(4));
            }

            var part = _tty ? buffer : buffer[..(int)Math.Min((uint)buffer.Length, _left)];
            var count = await _stream.ReadAsync(part, cancellationToken).ConfigureAwait(false);
            _left -= _tty ? 0 : (uint)count;
            return (_channel, count);
        }
        catch (IOException e)
            when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return (_channel, 0);
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Ends the command's standard input; its output can still be read.</summary>
    public void CloseWrite() => _socket.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
