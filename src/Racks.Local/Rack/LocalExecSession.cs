using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <inheritdoc cref="IExecSession"/>
internal sealed class LocalExecSession(DockerClient client, string exec, ExecStream stream) : IExecSession
{
    private bool _ended;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (_, count) = await stream.ReadAsync(buffer, cancellationToken);
        _ended = count == 0;
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        stream.WriteAsync(data, cancellationToken);

    public ValueTask CloseInputAsync(CancellationToken cancellationToken = default)
    {
        stream.CloseWrite();
        return ValueTask.CompletedTask;
    }

    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken = default)
    {
        // The engine notes the code a moment after the streams end.
        for (var wait = TimeSpan.FromMilliseconds(5); ; wait *= 1.5)
        {
            var inspect = await client.InspectExecAsync(exec, cancellationToken);
            if (inspect is { Running: false, ExitCode: { } code })
            {
                return code;
            }

            await Task.Delay(wait, cancellationToken);
        }
    }

    /// <summary>
    /// S29: a command whose caller is gone is ended. Its process is known by the engine and checked by start time.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (
            !_ended
            && await client.InspectExecAsync(exec, CancellationToken.None) is { Running: true, Pid: > 0 } inspect
            && ProcessIdentity.Of(inspect.Pid) is { } process
        )
        {
            process.Signal(UnixSignal.Kill);
        }
    }
}
