using System.Net;
using System.Net.Sockets;

namespace Palisade.Grains.Access;

/// <summary>What counts as one sender: an IPv4 address, or an IPv6 /64, which one client has to itself (S32).</summary>
public static class ClientNetwork
{
    /// <summary>Text that is no address stands for itself.</summary>
    public static string Of(string ip)
    {
        if (!IPAddress.TryParse(ip, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return ip;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
