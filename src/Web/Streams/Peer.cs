using System.IO.Pipelines;

namespace Palisade.Web.Streams;

/// <summary>The other side of a stream: a client's socket, or the node that relays for one.</summary>
/// <param name="Input">What it sends; completes at its end of stream.</param>
/// <param name="SendAsync">Sends it bytes, which are on their way when this completes.</param>
/// <param name="Ended">Fires when it left, its rights ended or the server stops.</param>
internal sealed record Peer(
    PipeReader Input,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> SendAsync,
    CancellationToken Ended
);
