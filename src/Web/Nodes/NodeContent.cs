using System.Net;

namespace Palisade.Web.Nodes;

/// <summary>The body of a call: its head, and what follows while the answer comes already.</summary>
internal sealed class NodeContent(ReadOnlyMemory<byte> head, Func<Stream, CancellationToken, Task>? rest) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await NodeFrame.WriteAsync(stream, head, cancellationToken);
        await (rest?.Invoke(stream, cancellationToken) ?? Task.CompletedTask);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
