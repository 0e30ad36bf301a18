using System.Net.Sockets;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Web.Nodes;

namespace Palisade.Web.Api;

/// <summary>Tells a rack that does not answer from a bug of ours: the first is a 503 that may be repeated.</summary>
internal static class RackFaults
{
    private static readonly Unavailable Problem = new("rack.unreachable", "the rack does not answer at the moment")
    {
        Suggestion = "repeat it in a while; convox rack tells how it is",
    };

    /// <summary>Null for what is no fault of a rack.</summary>
    public static Problem? Of(Exception exception) =>
        exception switch
        {
            NodeCallException relayed => relayed.Problem,
            EngineException or HttpRequestException or SocketException or TimeoutException => Problem,
            _ => null,
        };
}
