using Palisade.Racks;

namespace Palisade.Web.Nodes;

/// <summary>A command that runs on another node's machine.</summary>
internal sealed class NodeSession(NodeStream stream) : IExecSession
{
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        stream.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        stream.WriteAsync(FramedInput.Of(data.Span), cancellationToken);

    public ValueTask ResizeAsync(int width, int height, CancellationToken cancellationToken = default) =>
        stream.WriteAsync(FramedInput.Of(width, height), cancellationToken);

    public ValueTask CloseInputAsync(CancellationToken cancellationToken = default) =>
        stream.CloseInputAsync(cancellationToken);

    public Task<int> ExitCodeAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(
            stream.End?.ExitCode ?? throw new InvalidOperationException("The end of the output was not read.")
        );

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
