using System.Buffers;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Streams;

/// <summary>
/// Moves bytes between a socket and what it was opened to, both ways, with each side's end of stream.
/// </summary>
internal static class Relay
{
    private const int Chunk = 32 * 1024;

    /// <summary>
    /// Until the command's output ends; gives its exit code. The caller disposes the session, which ends the command
    /// (S29).
    /// </summary>
    public static async Task<Result<StreamEnd>> CommandAsync(OpenStream stream, IExecSession session)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
        var input = PumpAsync(stream, session.WriteAsync, session.CloseInputAsync, over.Token);
        await OutputAsync(stream, session.ReadAsync, skipNul: true);
        var code = await session.ExitCodeAsync(stream.Ended);
        await over.CancelAsync();
        await input;
        return new StreamEnd(code);
    }

    /// <summary>Until the other end closes.</summary>
    public static async Task<Result<StreamEnd>> BytesAsync(OpenStream stream, Stream target)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
        var input = PumpAsync(stream, target.WriteAsync, _ => HalfClose(target), over.Token);
        await OutputAsync(stream, target.ReadAsync, skipNul: false);
        await over.CancelAsync();
        await input;
        return StreamEnd.Done;
    }

    private static async Task OutputAsync(
        OpenStream stream,
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read,
        bool skipNul
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (int count; (count = await read(buffer, stream.Ended)) > 0; )
            {
                var part = buffer.AsMemory(0, count);
                if (skipNul)
                {
                    // SECURITY: newer clients take output that begins with NUL for a session to start a local plugin
                    // with (convox-wire.md B).
                    part = part[^part.Span.TrimStart((byte)0).Length..];
                    skipNul = part.IsEmpty;
                }

                await stream.Socket.SendAsync(part, stream.Ended);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // Input that can't be delivered is no fault: the other side may end without having read all of it.
    private static async Task PumpAsync(
        OpenStream stream,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        Func<CancellationToken, ValueTask> end,
        CancellationToken cancellationToken
    )
    {
        var input = stream.Socket.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken);
                foreach (var segment in read.Buffer)
                {
                    await write(segment, cancellationToken);
                }

                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    await end(cancellationToken);
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is over on one side.
        }
    }

    private static ValueTask HalfClose(Stream target)
    {
        if (target is System.Net.Sockets.NetworkStream { Socket: var socket })
        {
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }

        return ValueTask.CompletedTask;
    }
}
