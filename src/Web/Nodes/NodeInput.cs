namespace Palisade.Web.Nodes;

/// <summary>What is sent to a node while its answer comes: the request's body, held open until it is closed.</summary>
internal sealed class NodeInput : IDisposable
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lends the body out until it is closed.</summary>
    public async Task SendAsync(Stream body, CancellationToken cancellationToken)
    {
        _opened.TrySetResult(body);
        await _closed.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var body = await _opened.Task.WaitAsync(cancellationToken);
        await body.WriteAsync(data, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await _opened.Task.WaitAsync(cancellationToken);
        _closed.TrySetResult();
    }

    public void Dispose()
    {
        _opened.TrySetCanceled();
        _closed.TrySetResult();
    }
}
