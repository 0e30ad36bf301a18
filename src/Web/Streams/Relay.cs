using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Palisade.Racks;
using Palisade.Web.Nodes;

namespace Palisade.Web.Streams;

/// <summary>
/// Moves bytes between a peer and what was opened for it, both ways, with each side's end of stream.
/// </summary>
internal static class Relay
{
    private const int Chunk = 32 * 1024;

    /// <summary>
    /// Until the command's output ends; gives its exit code. The caller disposes the session, which ends the command
    /// (S29).
    /// </summary>
    public static Task<int> CommandAsync(Peer peer, IExecSession session) =>
        WithInputAsync(
            peer,
            session.WriteAsync,
            session.CloseInputAsync,
            async () =>
            {
                await OutputAsync(peer, session.ReadAsync, skipNul: true);
                return await session.ExitCodeAsync(peer.Ended);
            }
        );

    /// <summary>Until the other end closes.</summary>
    public static Task BytesAsync(Peer peer, Stream target) =>
        WithInputAsync(
            peer,
            target.WriteAsync,
            cancellationToken => HalfCloseAsync(target, cancellationToken),
            async () =>
            {
                await OutputAsync(peer, target.ReadAsync, skipNul: false);
                return 0;
            }
        );

    private static async Task<int> WithInputAsync(
        Peer peer,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        Func<CancellationToken, ValueTask> end,
        Func<Task<int>> output
    )
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(peer.Ended);
        var input = PumpAsync(peer.Input, write, end, over.Token);
        try
        {
            return await output();
        }
        finally
        {
            await over.CancelAsync();
            await input;
        }
    }

    private static async Task OutputAsync(
        Peer peer,
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read,
        bool skipNul
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (int count; (count = await read(buffer, peer.Ended)) > 0; )
            {
                var part = buffer.AsMemory(0, count);
                if (skipNul)
                {
                    // SECURITY: newer clients take output that begins with NUL for a session to start a local plugin
                    // with (convox-wire.md B).
                    part = part[^part.Span.TrimStart((byte)0).Length..];
                    skipNul = part.IsEmpty;
                }

                await peer.SendAsync(part, peer.Ended);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // Input that can't be delivered is no fault: the other side may end without having read all of it.
    private static async Task PumpAsync(
        PipeReader input,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        Func<CancellationToken, ValueTask> end,
        CancellationToken cancellationToken
    )
    {
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
        catch (Exception e)
            when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // It is over on one side.
        }
    }

    private static ValueTask HalfCloseAsync(Stream target, CancellationToken cancellationToken)
    {
        switch (target)
        {
            case NetworkStream { Socket: var socket }:
                socket.Shutdown(SocketShutdown.Send);
                return ValueTask.CompletedTask;
            case NodeStream relayed:
                return relayed.CloseInputAsync(cancellationToken);
            default:
                return ValueTask.CompletedTask;
        }
    }
}
