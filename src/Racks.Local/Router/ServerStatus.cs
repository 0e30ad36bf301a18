namespace Palisade.Racks.Local.Router;

/// <summary>
/// A server as the router sees it. <see cref="Checked"/> is false until the first check has an answer (the server is
/// taken as up until then). <see cref="LastCheck"/> is the last check's answer for people (<c>L7STS 500 Internal Server
/// Error</c>), empty before it. <see cref="Sessions"/> counts requests and connections in progress, those of workers
/// that finish after a reload included.
/// </summary>
public sealed record ServerStatus(string Backend, string Server, ServerState State)
{
    public required long Sessions { get; init; }

    public required bool Checked { get; init; }

    public required string LastCheck { get; init; }
}
