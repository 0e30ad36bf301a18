using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Palisade.Domain.Manifest;

/// <summary>Address ranges in CIDR form (RFC 4632, RFC 4291).</summary>
public static class AddressRange
{
    public const string Remedy = "write a range such as 10.0.0.0/8 or 2001:db8::/32";

    /// <summary>Reads <c>address/bits</c> or one address into a range whose host bits are zero.</summary>
    public static bool TryNormalise(string? text, [NotNullWhen(true)] out string? range)
    {
        range = null;
        var parts = text?.Split('/') ?? [];
        if (
            parts.Length is not (1 or 2)
            || text!.Length > 64
            || parts[0].Any(c => !char.IsAsciiHexDigit(c) && c is not ('.' or ':'))
            || !IPAddress.TryParse(parts[0], out var address)
        )
        {
            return false;
        }

        // IPAddress also reads "1" and "1.2" as IPv4.
        var v4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (
            v4
            && (
                parts[0].Split('.') is not { Length: 4 } octets
                || octets.Any(o => o.Length is 0 or > 3 || (o.Length > 1 && o[0] == '0'))
            )
        )
        {
            return false;
        }

        var width = v4 ? 32 : 128;
        var bits = width;
        if (
            parts.Length == 2
            && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > width)
        )
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        range = string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{bits}");
        return true;
    }
}
