using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;

namespace Palisade.Web.Streams;

internal delegate Task<Result<StreamEnd>> StreamHandler(OpenStream stream);

/// <summary>How a stream ended well. A command has an exit code, which its pipeline sends.</summary>
internal sealed record StreamEnd(int? ExitCode = null)
{
    public static StreamEnd Done { get; } = new();
}

/// <summary>An upgraded, authenticated socket while its route runs.</summary>
/// <param name="ended">Fires when the client left, its rights ended or the server stops.</param>
internal sealed class OpenStream(WireRequest request, WireSocket socket, CancellationToken ended)
{
    public WireRequest Request => request;

    public WireSocket Socket => socket;

    public CancellationToken Ended => ended;

    public Peer Peer { get; } = new(socket.Input, socket.SendAsync, ended);

    /// <summary>True once the opening was recorded.</summary>
    public bool IsOpened { get; private set; }

    /// <summary>
    /// Records that the stream was opened, durably and before its first byte flows. Every route calls it once, after it
    /// has resolved what it opens. Never with values a client could have put a secret in.
    /// </summary>
    public async Task OpenedAsync(params (string Key, string Value)[] details)
    {
        var (operation, resource) = request.Decided;
        await request.Service<IRecorder>().OpenedAsync(request.Caller, operation, resource, details, ended);
        IsOpened = true;
    }
}
