using System.Net;
using System.Net.Sockets;

namespace Palisade.Silo.Outgoing;

/// <summary>Resolves the host of a URL.</summary>
public interface IHostResolver
{
    /// <summary>Every address of the name, or the one that it writes; none when it is unknown.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken = default);
}

/// <summary>The operating system's resolver.</summary>
public sealed class SystemResolver : IHostResolver
{
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken = default)
    {
        // The resolver itself throws at 0.0.0.0 and [::].
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }
}
