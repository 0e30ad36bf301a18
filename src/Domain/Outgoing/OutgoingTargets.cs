using System.Collections.Immutable;
using System.Net;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Outgoing;

/// <summary>
/// Which URLs that people choose (webhooks, sign-on, racks) the installation sends to (S12): addresses of the public
/// internet, and networks that the operator allowed.
/// </summary>
public static class OutgoingTargets
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxUrl = 2048;

    // IANA's special-purpose registries (RFC 6890 and its successors): everything that is not globally reachable, and
    // what carries an IPv4 address within.
    private static readonly ImmutableArray<IPNetwork> Special = Parse(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20"
    );

    /// <summary>
    /// The one part of IPv6 that is given out for the public internet (RFC 4291 2.4): loopback, link-local,
    /// unique-local, multicast, mapped are outside.
    /// </summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>What can be said before anything is resolved. Problem: <c>outgoing.bad_url</c>.</summary>
    public static Result<Uri> Check(string? url)
    {
        if (
            url is null or ""
            || url.Length > MaxUrl
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.HostNameType == UriHostNameType.Unknown
        )
        {
            return Bad($"it is no URL of at most {MaxUrl} characters");
        }

        return uri.Scheme is not ("https" or "http") ? Bad("it must begin with https://")
            : uri.UserInfo.Length > 0 ? Bad("it must not hold a user or a password")
            : uri.Fragment.Length > 0 ? Bad("it must not have a fragment")
            : uri;
    }

    /// <summary>Whether the address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return (plain.GetAddressBytes().Length == 4 || GlobalUnicast.Contains(plain))
            && !Special.Any(network => network.Contains(plain));
    }

    /// <summary>Whether the operator allowed a network that the address is in.</summary>
    public static bool IsAllowed(IPAddress address, ImmutableArray<IPNetwork> allowed)
    {
        var plain = Plain(address);
        return allowed.Any(network => network.Contains(plain));
    }

    // ::ffff:127.0.0.1 reaches 127.0.0.1.
    private static IPAddress Plain(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static ImmutableArray<IPNetwork> Parse(params ReadOnlySpan<string> networks)
    {
        var parsed = ImmutableArray.CreateBuilder<IPNetwork>(networks.Length);
        foreach (var network in networks)
        {
            parsed.Add(IPNetwork.Parse(network));
        }

        return parsed.MoveToImmutable();
    }

    private static Invalid Bad(string why) =>
        new("outgoing.bad_url", $"The URL is refused: {why}")
        {
            Suggestion = "give one like https://hooks.example.com/path",
        };
}
