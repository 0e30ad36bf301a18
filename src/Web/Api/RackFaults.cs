using System.Net.Sockets;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;

namespace Palisade.Web.Api;

/// <summary>Tells a rack that does not answer from a bug of ours: the first is a 503 that may be repeated.</summary>
internal static class RackFaults
{
    public static Unavailable Problem { get; } =
        new("rack.unreachable", "the rack does not answer at the moment")
        {
            Suggestion = "repeat it in a while; convox rack tells how it is",
        };

    public static bool Is(Exception exception) =>
        exception is EngineException or HttpRequestException or SocketException or TimeoutException;
}
