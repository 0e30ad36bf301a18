using Palisade.Racks.Local.Network;

namespace Palisade.Racks.Local.Tests.Network;

public sealed class EngineRulesTests
{
    private static readonly AppNetwork Gone = new("palisade-x-1", "pl12345aaaaaa", Subnet24.Parse("10.89.5.0/24"));

    [Fact]
    public void Exactly_the_rules_and_the_chain_of_the_network_go()
    {
        var tables = new Dictionary<string, List<string>>
        {
            ["nat"] =
            [
                ":NETAVARK-AAAA - [0:0]",
                ":NETAVARK-BBBB - [0:0]",
                "-A POSTROUTING -s 10.89.5.0/24 -j NETAVARK-AAAA",
                "-A POSTROUTING -s 10.89.50.0/24 -j NETAVARK-BBBB",
                "-A NETAVARK-AAAA -d 10.89.5.0/24 -j ACCEPT",
                "-A NETAVARK-AAAA ! -d 224.0.0.0/4 -j MASQUERADE",
                "-A PL-1-NAT -s 10.89.5.0/24 -j RETURN",
            ],
            ["filter"] =
            [
                "-A NETAVARK_FORWARD -s 10.89.5.0/24 -j ACCEPT",
                "-A NETAVARK_FORWARD -s 10.89.50.0/24 -j ACCEPT",
                "-A NETAVARK_ISOLATION_1 -i pl12345aaaaaa ! -o pl12345aaaaaa -j NETAVARK_ISOLATION_2",
                "-A NETAVARK_ISOLATION_2 -o pl12345bbbbbb -j DROP",
            ],
            ["mangle"] = ["-A PREROUTING -j ACCEPT"],
        };

        Assert.Equal(
            """
            *nat
            -D POSTROUTING -s 10.89.5.0/24 -j NETAVARK-AAAA
            -F NETAVARK-AAAA
            -X NETAVARK-AAAA
            COMMIT
            *filter
            -D NETAVARK_FORWARD -s 10.89.5.0/24 -j ACCEPT
            -D NETAVARK_ISOLATION_1 -i pl12345aaaaaa ! -o pl12345aaaaaa -j NETAVARK_ISOLATION_2
            COMMIT

            """,
            EngineRules.Removal(tables, Gone)
        );
    }

    [Fact]
    public void Nothing_of_the_network_means_nothing_to_do() =>
        Assert.Equal(
            "",
            EngineRules.Removal(
                new Dictionary<string, List<string>>
                {
                    ["filter"] = ["-A NETAVARK_FORWARD -s 10.89.50.0/24 -j ACCEPT"],
                },
                Gone
            )
        );
}
