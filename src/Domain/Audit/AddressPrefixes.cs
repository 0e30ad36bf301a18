using System.Collections.Immutable;
using System.Net;

namespace Palisade.Domain.Audit;

/// <summary>
/// How any network is searched for in an index that holds, of each address, its networks of whole bytes only (/8, /16
/// … to the address itself): by the few of these that together are the network.
/// </summary>
public static class AddressPrefixes
{
    /// <summary>Most networks that stand for one: those of a /0.</summary>
    public const int MaxCover = 256;

    /// <summary>The networks of whole bytes that an address is in, the widest first, the address itself last.</summary>
    public static IEnumerable<IPNetwork> NetworksOf(IPAddress address)
    {
        var bytes = Plain(address).GetAddressBytes();
        return Enumerable.Range(1, bytes.Length).Select(length => NetworkOf(bytes, length));
    }

    /// <summary>The networks of whole bytes that together are this one.</summary>
    public static ImmutableArray<IPNetwork> Cover(IPNetwork network)
    {
        var (bytes, prefix) = Plain(network);
        var length = Math.Max(1, (prefix + 7) / 8);
        var cover = ImmutableArray.CreateBuilder<IPNetwork>(CountOf(prefix));
        for (var i = 0; i < cover.Capacity; i++)
        {
            var part = bytes.ToArray();
            part[length - 1] |= (byte)i;
            cover.Add(NetworkOf(part, length));
        }

        return cover.MoveToImmutable();
    }

    /// <summary>How many <see cref="Cover"/> has.</summary>
    public static int CoverCount(IPNetwork network) => CountOf(Plain(network).Prefix);

    private static int CountOf(int prefix) => prefix == 0 ? MaxCover : 1 << (-prefix & 7);

    private static IPNetwork NetworkOf(byte[] address, int length)
    {
        var bytes = address.ToArray();
        bytes.AsSpan(length).Clear();
        return new(new IPAddress(bytes), 8 * length);
    }

    // ::ffff:10.1.2.3 is 10.1.2.3, whoever wrote it down.
    private static IPAddress Plain(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static (byte[] Bytes, int Prefix) Plain(IPNetwork network)
    {
        const int Mapped = 96;
        var address = network.BaseAddress;
        return address.IsIPv4MappedToIPv6 && network.PrefixLength >= Mapped
            ? (address.MapToIPv4().GetAddressBytes(), network.PrefixLength - Mapped)
            : (address.GetAddressBytes(), network.PrefixLength);
    }
}
