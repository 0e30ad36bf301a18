using System.Collections.Immutable;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Users;

public sealed class CredentialRulesTests
{
    [Theory]
    [InlineData("203.0.113.0/24", null)]
    [InlineData("2001:DB8::/32", null)]
    [InlineData("192.0.2.7/32", null)]
    [InlineData("0.0.0.0/0", null)]
    [InlineData("203.0.113.0", "write it as 203.0.113.0/24 or 2001:db8::/32")]
    [InlineData("203.0.113.0/33", "write it as 203.0.113.0/24 or 2001:db8::/32")]
    [InlineData("everywhere", "write it as 203.0.113.0/24 or 2001:db8::/32")]
    [InlineData("10.1.2.3/8", "write 10.0.0.0/8 for the whole network, or 10.1.2.3/32 for the one address")]
    [InlineData("2001:db8::1/32", "write 2001:db8::/32 for the whole network, or 2001:db8::1/128 for the one address")]
    public void A_network_is_written_as_what_it_is(string network, string? suggestion)
    {
        var problem = CredentialRules.Check("x", TimeSpan.FromDays(1), ["198.51.100.0/24", network]);

        Assert.Equal(suggestion is null ? null : "token.network_invalid", problem?.Code);
        Assert.Equal(suggestion, problem?.Suggestion);
    }

    [Fact]
    public void A_token_has_at_most_twenty_networks()
    {
        var networks = Enumerable.Range(0, 21).Select(i => $"10.{i}.0.0/16").ToImmutableArray();

        Assert.Null(CredentialRules.Check("x", TimeSpan.FromDays(1), networks[..20]));
        Assert.Equal("token.network_invalid", CredentialRules.Check("x", TimeSpan.FromDays(1), networks)?.Code);
    }
}
