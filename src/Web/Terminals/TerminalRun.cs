using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Terminals;

/// <summary>
/// One command and its terminal while both are there. What the page sends is always read, so that it can say what it
/// has drawn though the command does not read its input.
/// </summary>
internal sealed class TerminalRun(TerminalSocket socket, CancellationTokenSource ended)
{
    private const int Chunk = 32 * 1024;

    /// <summary>Input that waits for a command that does not read.</summary>
    private const int MaxWaiting = 2 * 1024 * 1024;

    /// <summary>What a piece of input takes beside its bytes: many small ones are much, too.</summary>
    private const int PieceTakes = 64;

    private static readonly Invalid Malformed = new(
        "terminal.malformed",
        "the terminal sent what is no message of one"
    );

    private static readonly Exhausted NotRead = new(
        "terminal.input_not_read",
        "the command does not read what is sent to it, so it was ended"
    );

    private readonly Channel<ReadOnlyMemory<byte>> _keys = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    // Only the newest one matters, and it does not wait behind keys.
    private readonly Channel<TerminalMessage.Size> _sizes = Channel.CreateBounded<TerminalMessage.Size>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    private long _waiting;

    /// <summary>Why it was ended from this side; null: it was not.</summary>
    public Problem? Fault { get; private set; }

    /// <summary>The page is gone.</summary>
    public bool Left { get; private set; }

    /// <summary>The first message. Null: it is not one, or did not come.</summary>
    public async Task<TerminalStart?> StartAsync(TimeSpan patience, TimeProvider time)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ended.Token);
        try
        {
            return await socket.ReceiveAsync(either.Token) is TerminalMessage.Start { What: var start } ? start : null;
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Until the page leaves or sends what it must not.</summary>
    public async Task ReadAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(CancellationToken.None) is { } message)
            {
                switch (message)
                {
                    case TerminalMessage.Drawn { Bytes: var total }:
                        socket.Acknowledge(total);
                        break;
                    case TerminalMessage.Size size:
                        _sizes.Writer.TryWrite(size);
                        break;
                    case TerminalMessage.Keys { Bytes: var keys }
                        when Interlocked.Add(ref _waiting, keys.Length + PieceTakes) > MaxWaiting:
                        Fault = NotRead;
                        return;
                    case TerminalMessage.Keys { Bytes: var keys }:
                        _keys.Writer.TryWrite(keys);
                        break;
                    default:
                        Fault = Malformed;
                        return;
                }
            }

            Left = true;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Left = true;
        }
        finally
        {
            _keys.Writer.TryComplete();
            _sizes.Writer.TryComplete();
            await ended.CancelAsync();
        }
    }

    /// <summary>Until the command's output ends; gives its exit code.</summary>
    public async Task<int> CommandAsync(IExecSession session)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        var input = Task.WhenAll(TypeAsync(session, over.Token), ResizeAsync(session, over.Token));
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (int count; (count = await session.ReadAsync(buffer, ended.Token)) > 0; )
            {
                await socket.SendAsync(buffer.AsMemory(0, count), ended.Token);
            }

            return await session.ExitCodeAsync(ended.Token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            await over.CancelAsync();
            await input;
        }
    }

    // Input that can't be delivered is no fault: the command may end without having read all of it.
    private async Task TypeAsync(IExecSession session, CancellationToken over)
    {
        try
        {
            await foreach (var keys in _keys.Reader.ReadAllAsync(over))
            {
                await session.WriteAsync(keys, over);
                Interlocked.Add(ref _waiting, -(keys.Length + PieceTakes));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is over on one side.
        }
    }

    private async Task ResizeAsync(IExecSession session, CancellationToken over)
    {
        try
        {
            await foreach (var size in _sizes.Reader.ReadAllAsync(over))
            {
                await session.ResizeAsync(size.Columns, size.Rows, over);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is over on one side.
        }
    }
}
