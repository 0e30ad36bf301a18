using System.Net;
using System.Net.Sockets;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Loopback ports that were free a moment ago.</summary>
internal static class FreePorts
{
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
