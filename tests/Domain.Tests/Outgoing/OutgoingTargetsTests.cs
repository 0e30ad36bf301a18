using System.Net;
using Palisade.Domain.Kernel;
using Palisade.Domain.Outgoing;

namespace Palisade.Domain.Tests.Outgoing;

public sealed class OutgoingTargetsTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("223.255.255.255", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.251", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fe80::1%1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:0:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void S12_only_addresses_of_the_public_internet_are_public(string address, bool expected) =>
        Assert.Equal(expected, OutgoingTargets.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("fd00::/8", "fd00::1", true)]
    [InlineData("fd00::/8", "10.0.0.1", false)]
    public void An_allowed_network_holds_its_own_addresses_and_no_others(
        string network,
        string address,
        bool expected
    ) => Assert.Equal(expected, OutgoingTargets.IsAllowed(IPAddress.Parse(address), [IPNetwork.Parse(network)]));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hooks.example.com")]
    [InlineData("//hooks.example.com/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://hooks.example.com/x")]
    [InlineData("gopher://hooks.example.com/x")]
    [InlineData("unix:/run/docker.sock")]
    [InlineData("https://user:secret@hooks.example.com/")]
    [InlineData("https://user@hooks.example.com/")]
    [InlineData("https://hooks.example.com/#x")]
    [InlineData("https://")]
    public void S12_a_URL_of_another_kind_or_with_a_user_is_refused_and_not_repeated(string? url)
    {
        var check = OutgoingTargets.Check(url);

        Assert.Equal("outgoing.bad_url", Assert.IsType<Invalid>(check.Problem).Code);
        Assert.DoesNotContain("secret", check.Problem!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_URL_has_a_longest_length()
    {
        Assert.True(OutgoingTargets.Check("https://hooks.example.com/" + new string('a', 2000)).Ok);
        Assert.False(OutgoingTargets.Check("https://hooks.example.com/" + new string('a', OutgoingTargets.MaxUrl)).Ok);
    }
}
