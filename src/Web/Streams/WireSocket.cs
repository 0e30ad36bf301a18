using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Palisade.Web.Streams;

/// <summary>
/// One websocket of the convox protocol on a raw upgraded connection (convox-wire.md 1.8, RFC 6455): text frames with
/// arbitrary bytes, a binary frame is the end of a stream in both directions. .NET's own <c>WebSocket</c> aborts on
/// text that is not UTF-8, which the client sends.
/// </summary>
public sealed class WireSocket : IAsyncDisposable
{
    /// <summary>
    /// Starts the frame that carries an exit code; it is sent alone in its frame, since the client looks for it in
    /// slices of 1,024 bytes.
    /// </summary>
    public const string ExitMarker = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:";

    /// <summary>Input kept for a consumer that does not read, before the client is held back.</summary>
    private const int InputBuffer = 256 * 1024;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The client pings every 5 s and answers pings: this much silence means that it is gone without a word.
    /// </summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(20);

    private readonly Stream _stream;
    private readonly FrameWriter _writer;
    private readonly FrameReader _reader;
    private readonly Pipe _input = new(
        new PipeOptions(
            pauseWriterThreshold: InputBuffer,
            resumeWriterThreshold: InputBuffer / 2,
            useSynchronizationContext: false
        )
    );
    private readonly CancellationTokenSource _gone;
    private readonly TimeProvider _time;
    private readonly Task _reading;
    private readonly Task _pinging;

    /// <param name="stream">The upgraded connection; owned.</param>
    /// <param name="time">For silence and pings.</param>
    /// <param name="connectionClosed">Fires when the transport ends. After an upgrade <c>RequestAborted</c> does
    /// not.</param>
    public WireSocket(Stream stream, TimeProvider time, CancellationToken connectionClosed = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_stream, _time) = (stream, time);
        _gone = CancellationTokenSource.CreateLinkedTokenSource(connectionClosed);
        _writer = new FrameWriter(stream);
        _reader = new FrameReader(
            PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)),
            _input.Writer,
            _writer,
            time
        );
        _reading = ReadAsync();
        _pinging = PingAsync();
    }

    /// <summary>
    /// What the client sent, in order. Completes at its end of stream and when it leaves; <see cref="Gone"/> tells
    /// which.
    /// </summary>
    public PipeReader Input => _input.Reader;

    /// <summary>Fires when the client left, closed or broke the protocol.</summary>
    public CancellationToken Gone => _gone.Token;

    public long BytesSent { get; private set; }

    /// <summary>
    /// Sends output. Waits while the client is slow. Throws <see cref="OperationCanceledException"/> once it is gone.
    /// </summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
        await GuardAsync(_writer.TextAsync(data, either.Token));
        BytesSent += data.Length;
    }

    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends the exit code, alone in its frame.</summary>
    public ValueTask SendExitAsync(int code, CancellationToken cancellationToken = default) =>
        SendAsync(string.Create(CultureInfo.InvariantCulture, $"{ExitMarker}{code}\n"), cancellationToken);

    /// <summary>
    /// Ends the stream: binary frame, close frame, then waits at most <paramref name="linger"/> for the client to
    /// leave. Closing with unread input would reset the connection and could take the last output with it.
    /// </summary>
    public async Task EndAsync(TimeSpan linger, ushort closeCode = CloseCode.Normal)
    {
        try
        {
            using var patience = new CancellationTokenSource(linger, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, patience.Token);
            await _input.Reader.CompleteAsync();
            await GuardAsync(_writer.EndAsync(either.Token));
            await GuardAsync(_writer.CloseAsync(closeCode, either.Token));
            await _reading.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The client left, or it had its time.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await Task.WhenAll(_reading, _pinging);
        await _input.Reader.CompleteAsync();
        await _stream.DisposeAsync();
        _writer.Dispose();
        _gone.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            if (await _reader.RunAsync(_gone.Token) is { } code)
            {
                await _writer.CloseAsync(code, _gone.Token);
            }
        }
        catch (Exception e) when (IsLeaving(e))
        {
            // The client left; that is what Gone says.
        }
        finally
        {
            await _gone.CancelAsync();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(PingEvery, _time);
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (_reader.Silence > SilentFor)
                {
                    await _gone.CancelAsync();
                    return;
                }

                await _writer.PingAsync(_gone.Token);
            }
        }
        catch (Exception e) when (IsLeaving(e))
        {
            await _gone.CancelAsync();
        }
    }

    // A broken connection shows as an I/O error here and as Gone everywhere else: callers know one way of leaving.
    private async ValueTask GuardAsync(ValueTask send)
    {
        try
        {
            await send;
        }
        catch (Exception e) when (e is not OperationCanceledException && IsLeaving(e))
        {
            await _gone.CancelAsync();
            throw new OperationCanceledException("The client is gone.", e, _gone.Token);
        }
    }

    private static bool IsLeaving(Exception e) =>
        e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;
}
