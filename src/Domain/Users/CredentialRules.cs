using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>What a person's sessions and tokens may be.</summary>
public static class CredentialRules
{
    /// <summary>Longest life of a credential.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(90);

    /// <summary>Life of a CLI token when none is chosen (security.md S09).</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(30);

    public const int MaxNameLength = 100;

    /// <summary>Most networks of one token.</summary>
    public const int MaxNetworks = 20;

    /// <summary>Most CLI tokens that are good at the same time, of one person.</summary>
    public const int MaxTokens = 50;

    /// <summary>
    /// Problems: <c>token.name_invalid</c>, <c>token.lifetime_invalid</c>, <c>token.network_invalid</c>.
    /// </summary>
    public static Problem? Check(string name, TimeSpan lifetime, ImmutableArray<string> networks) =>
        CheckName(name)
        ?? (
            lifetime <= TimeSpan.Zero || lifetime > MaxLifetime
                ? new Invalid(
                    "token.lifetime_invalid",
                    $"a credential lives at least a moment and at most {MaxLifetime.TotalDays} days"
                )
                : CheckNetworks(networks)
        );

    public static Problem? CheckName(string? name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl)
            ? new Invalid(
                "token.name_invalid",
                $"a name has 1 to {MaxNameLength} characters, none of them a control character"
            )
            : null;

    private static Invalid? CheckNetworks(ImmutableArray<string> networks) =>
        networks.IsDefaultOrEmpty ? null
        : networks.Length > MaxNetworks ? new("token.network_invalid", $"a token has at most {MaxNetworks} networks")
        : networks.Select(CheckNetwork).FirstOrDefault(problem => problem is not null);

    // 10.1.2.3/8 is read as 10.0.0.0/8: whoever meant the one address would have let in sixteen million.
    private static Invalid? CheckNetwork(string text)
    {
        if (!IPNetwork.TryParse(text, out var network))
        {
            return new("token.network_invalid", $"{Printable.Of(text)} is no network")
            {
                Suggestion = "write it as 203.0.113.0/24 or 2001:db8::/32",
            };
        }

        var address = text[..text.IndexOf('/', StringComparison.Ordinal)];
        var bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return IPAddress.Parse(address).Equals(network.BaseAddress)
            ? null
            : new("token.network_invalid", $"{Printable.Of(text)} has bits set after the prefix")
            {
                Suggestion = $"write {network} for the whole network, or {address}/{bits} for the one address",
            };
    }
}
