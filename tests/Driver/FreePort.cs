using System.Net;
using System.Net.Sockets;

namespace Palisade.Driver;

/// <summary>Ports for servers under test.</summary>
public static class FreePort
{
    /// <summary>
    /// A loopback port that nobody listened on a moment ago. Another process may still take it first.
    /// </summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
