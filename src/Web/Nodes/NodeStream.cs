using System.Diagnostics.CodeAnalysis;

namespace Palisade.Web.Nodes;

/// <summary>
/// A stream through another node: what it answers is read, what is written goes to it. An end that the node has not
/// told is no end but a failure (<see cref="NodeCallException"/>).
/// </summary>
internal sealed class NodeStream(NodeTarget node, HttpResponseMessage answer, Stream body, NodeInput? input) : Stream
{
    /// <summary>How it ended; once a read has given 0.</summary>
    public NodeEnd? End { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => input is not null;

    public override bool CanSeek => false;

    /// <summary>Of what the node announced.</summary>
    public override long Length => answer.Content.Headers.ContentLength ?? throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends a call and gives its streams once it is answered.</summary>
    public static async Task<Domain.Kernel.Result<NodeStream>> OpenAsync(
        NodeClient client,
        NodeTarget node,
        NodeCall call,
        NodeInput? input,
        CancellationToken cancellationToken
    )
    {
        if (
            !(await client.SendAsync(node, call, input is null ? null : input.SendAsync, cancellationToken)).TryGet(
                out var answer,
                out var problem
            )
        )
        {
            input?.Dispose();
            return Domain.Kernel.Result.Fail<NodeStream>(problem);
        }

        return new NodeStream(node, answer, await answer.Content.ReadAsStreamAsync(cancellationToken), input);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await body.ReadAsync(buffer, cancellationToken);
            if (count == 0 && buffer.Length > 0)
            {
                End ??= EndOf();
            }

            return count;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new NodeCallException(node.Lost, e);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        (input ?? throw new NotSupportedException()).WriteAsync(buffer, cancellationToken);

    /// <summary>No input follows.</summary>
    public ValueTask CloseInputAsync(CancellationToken cancellationToken) =>
        (input ?? throw new NotSupportedException()).CloseAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input?.Dispose();
            // Resets the stream when it has not ended: the other node sees that nobody wants it any more.
            answer.Dispose();
        }

        base.Dispose(disposing);
    }

    private NodeEnd EndOf()
    {
        var end = answer.TrailingHeaders.TryGetValues(NodeEnd.Trailer, out var told)
            ? NodeEnd.Read(string.Concat(told))
            : throw new NodeCallException(node.Lost);
        return end.Problem is { } problem ? throw new NodeCallException(problem) : end;
    }
}
