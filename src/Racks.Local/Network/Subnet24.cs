using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Palisade.Racks.Local.Network;

/// <summary>An IPv4 block of 256 addresses.</summary>
/// <param name="Base">Its first address, as a number in host order; a multiple of 256.</param>
public readonly record struct Subnet24(uint Base)
{
    /// <summary>The host's address: the first usable one.</summary>
    public string Gateway => Address(1);

    public string Address(int last) =>
        new IPAddress([(byte)(Base >> 24), (byte)(Base >> 16), (byte)(Base >> 8), (byte)last]).ToString();

    public override string ToString() => $"{Address(0)}/24";

    public static Subnet24 Parse(string cidr)
    {
        var (start, length) = Range(cidr);
        return length == 256 ? new(start) : throw new FormatException($"Not a /24: {cidr}");
    }

    /// <summary>The /24s of a larger block.</summary>
    public static IReadOnlyList<Subnet24> Cut(string pool)
    {
        var (start, length) = Range(pool);
        return length is >= 65536 and <= 1L << 24
            ? [.. Enumerable.Range(0, (int)(length / 256)).Select(i => new Subnet24(start + (uint)i * 256))]
            : throw new FormatException($"The pool of addresses must be an IPv4 block from /8 to /16: {pool}");
    }

    /// <summary>Whether any address of a block in CIDR form is in this one.</summary>
    public bool Overlaps(string cidr)
    {
        var (start, length) = Range(cidr);
        return start < Base + 256L && Base < start + length;
    }

    private static (uint Start, long Length) Range(string cidr)
    {
        var parts = cidr.Split('/');
        var bits = parts.Length == 2 ? int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture) : 32;
        var address = IPAddress.Parse(parts[0]);
        if (address.AddressFamily != AddressFamily.InterNetwork || bits is < 0 or > 32)
        {
            throw new FormatException($"Not an IPv4 block: {cidr}");
        }

        var bytes = address.GetAddressBytes();
        var value = (uint)bytes[0] << 24 | (uint)bytes[1] << 16 | (uint)bytes[2] << 8 | bytes[3];
        var length = 1L << (32 - bits);
        return ((uint)(value / length * length), length);
    }
}
