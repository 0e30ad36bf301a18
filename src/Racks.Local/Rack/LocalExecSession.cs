using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <inheritdoc cref="IExecSession"/>
internal sealed class LocalExecSession(
    DockerClient client,
    string exec,
    ExecStream stream,
    ProcessIdentity? process,
    Func<Task> after
) : IExecSession
{
    /// <param name="after">What is to be done when it has ended.</param>
    public static async Task<LocalExecSession> OpenAsync(
        DockerClient client,
        string container,
        ExecRequest request,
        Func<Task> after,
        CancellationToken cancellationToken
    )
    {
        var exec = await client.CreateExecAsync(
            container,
            new ExecSpec(request.Command, request.Tty, Stdin: true),
            cancellationToken
        );
        var stream = await client.StartExecAsync(exec, request.Tty, cancellationToken);
        // It has begun: whoever leaves from now on ends it.
        var process = await ProcessOfAsync(client, exec, CancellationToken.None);
        var session = new LocalExecSession(client, exec, stream, process, after);
        if (request.Tty)
        {
            await session.ResizeAsync(request.Width, request.Height, CancellationToken.None);
        }

        return session;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        (await stream.ReadAsync(buffer, cancellationToken)).Count;

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
    /// S29: a command whose caller is gone is ended, with all that it started. Nothing is asked of the engine for it;
    /// only then comes what is to be done after it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (process is not null)
        {
            ProcessTree.Kill(process);
        }

        await after();
    }

    /// <summary>
    /// Ends the commands that a killed server left in a container: nobody holds their other end. Only for a rack that
    /// has opened none yet.
    /// </summary>
    public static async Task EndLeftAsync(DockerClient client, string container, CancellationToken cancellationToken)
    {
        foreach (var exec in (await client.InspectAsync(container, cancellationToken))?.ExecIDs ?? [])
        {
            if (await ProcessOfAsync(client, exec, cancellationToken) is { } process)
            {
                ProcessTree.Kill(process);
            }
        }
    }

    public async ValueTask ResizeAsync(int width, int height, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.ResizeExecAsync(exec, width, height, cancellationToken);
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            // It has ended already, or keeps the size that it has.
        }
    }

    /// <summary>The process of a command that runs.</summary>
    private static async Task<ProcessIdentity?> ProcessOfAsync(
        DockerClient client,
        string exec,
        CancellationToken cancellationToken
    ) =>
        await client.InspectExecAsync(exec, cancellationToken) is { Running: true, Pid: > 0 } inspect
            ? ProcessIdentity.Of(inspect.Pid)
            : null;
}
