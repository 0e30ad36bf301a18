using System.Net;
using Palisade.Domain.Audit;
using Xunit.Abstractions;

namespace Palisade.Domain.Tests.Audit;

public sealed class AddressPrefixesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("10.1.2.0/24", "10.1.2.0/24")]
    [InlineData("10.1.2.0/23", "10.1.2.0/24 10.1.3.0/24")]
    [InlineData("10.1.2.4/30", "10.1.2.4/32 10.1.2.5/32 10.1.2.6/32 10.1.2.7/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:db8:400::/39", "2001:db8:400::/40 2001:db8:500::/40")]
    [InlineData("::ffff:10.1.2.0/120", "10.1.2.0/24")]
    public void A_network_is_a_few_networks_of_whole_bytes(string network, string expected)
    {
        var cover = AddressPrefixes.Cover(IPNetwork.Parse(network));

        Assert.Equal(expected, string.Join(' ', cover));
        Assert.Equal(cover.Length, AddressPrefixes.CoverCount(IPNetwork.Parse(network)));
    }

    [Theory]
    [InlineData("192.0.0.0/3", 32, "192.0.0.0/8", "223.0.0.0/8")]
    [InlineData("2001:db8:4000::/35", 32, "2001:db8:4000::/40", "2001:db8:5f00::/40")]
    [InlineData("0.0.0.0/0", 256, "0.0.0.0/8", "255.0.0.0/8")]
    [InlineData("::/0", 256, "::/8", "ff00::/8")]
    public void A_wide_network_is_all_of_its_parts(string network, int count, string first, string last)
    {
        var cover = AddressPrefixes.Cover(IPNetwork.Parse(network));

        Assert.Equal((first, last), ($"{cover[0]}", $"{cover[^1]}"));
        Assert.Equal(count, cover.Distinct().Count());
        Assert.Equal(count, AddressPrefixes.CoverCount(IPNetwork.Parse(network)));
    }

    [Fact]
    public void Every_address_is_found_by_the_networks_that_it_is_in_and_by_no_other()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        output.WriteLine($"PALISADE_SEED={seed}");
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);
            var prefix = random.Next(8 * bytes.Length + 1);
            var network = NetworkOf(bytes, prefix);

            // Half of them near its edge.
            var other = bytes.ToArray();
            other[random.Next(other.Length)] ^= (byte)(1 << random.Next(8));
            var address = new IPAddress(random.Next(4) == 0 ? bytes : other);

            var indexed = AddressPrefixes.NetworksOf(address).ToHashSet();
            Assert.Equal(bytes.Length, indexed.Count);
            Assert.True(
                network.Contains(address) == AddressPrefixes.Cover(network).Any(indexed.Contains),
                $"{address} and {network}"
            );
        }
    }

    private static IPNetwork NetworkOf(byte[] address, int prefix)
    {
        var bytes = address.ToArray();
        for (var bit = prefix; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new(new IPAddress(bytes), prefix);
    }
}
