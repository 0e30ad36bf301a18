using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Network;

[Collection(EngineCollection.Name)]
public sealed class FirewallTests(EngineFixture engine)
{
    [Fact]
    public async Task S26_a_container_reaches_no_listener_of_the_host()
    {
        var network = await engine.NewNetworkAsync();
        var vip = await engine.Vips.EnsureAsync("firewall/host", default);
        await using var listener = Listener.Start(IPAddress.IPv6Any);
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        var targets = new List<string> { "127.0.0.1", network.Subnet.Gateway, vip, HostAddress() };

        foreach (var target in targets)
        {
            Assert.Equal("closed", await ProbeAsync(network, target, listener.Port));
        }

        // The listener does answer: the same addresses from the host itself.
        foreach (var target in targets)
        {
            Assert.True(await Listener.ReachesAsync(target, listener.Port), target);
        }
    }

    [Fact]
    public async Task S26_the_admitted_port_of_the_router_is_reached_and_no_other()
    {
        var network = await engine.NewNetworkAsync();
        var vip = await engine.Vips.EnsureAsync("firewall/admitted", default);
        await using var open = Listener.Start(IPAddress.Any);
        await using var shut = Listener.Start(IPAddress.Any);

        await engine.AdmitAsync(new(vip, open.Port));
        await engine.AdmitAsync(new(network.Subnet.Gateway, open.Port));

        Assert.Equal("open", await ProbeAsync(network, vip, open.Port));
        Assert.Equal("open", await ProbeAsync(network, network.Subnet.Gateway, open.Port));
        Assert.Equal("closed", await ProbeAsync(network, vip, shut.Port));
        Assert.Equal("closed", await ProbeAsync(network, HostAddress(), open.Port));
    }

    [Fact]
    public async Task S26_apps_do_not_reach_each_other_but_a_process_reaches_its_own_app_and_the_host_reaches_both()
    {
        var (one, two) = (await engine.NewNetworkAsync(), await engine.NewNetworkAsync());
        var id = await engine.Client.CreateAsync(
            EngineFixture.Spec(one, "/bin/sh", "-c", "while :; do echo hi | nc -l -p 5000; done"),
            default
        );
        await engine.Client.StartAsync(id, default);
        var address = (await engine.Client.InspectAsync(id, default))!.AddressIn(one.Name)!;
        await Listener.UntilReachedAsync(address, 5000);

        Assert.Equal("closed", await ProbeAsync(two, address, 5000));
        Assert.Equal("open", await ProbeAsync(one, address, 5000));
    }

    [Fact]
    public async Task S26_link_local_metadata_and_IPv6_addresses_are_dropped()
    {
        var network = await engine.NewNetworkAsync();
        await using var listener = Listener.Start(IPAddress.IPv6Any);
        await HostCommand.RequireAsync("ip", ["addr", "replace", "169.254.169.254/32", "dev", "lo"], default);
        try
        {
            Assert.True(await Listener.ReachesAsync("169.254.169.254", listener.Port));
            Assert.Equal("closed", await ProbeAsync(network, "169.254.169.254", listener.Port));
        }
        finally
        {
            await HostCommand.RequireAsync("ip", ["addr", "del", "169.254.169.254/32", "dev", "lo"], default);
        }

        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        var bridge = NetworkInterface
            .GetAllNetworkInterfaces()
            .Single(i => i.Name == network.Bridge)
            .GetIPProperties()
            .UnicastAddresses.Select(a => a.Address)
            .First(a => a.IsIPv6LinkLocal);
        var target = $"{bridge.ToString().Split('%')[0]}%eth0";
        var (_, output) = await engine.ShellAsync(
            network,
            $"sleep 2; nc -w 2 {target} {listener.Port} </dev/null; echo exit $?"
        );
        Assert.DoesNotContain("hello", output, StringComparison.Ordinal);
        Assert.Contains("exit 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S26_the_engines_own_rules_do_not_open_what_ours_close_and_a_lost_jump_is_put_back()
    {
        var network = await engine.NewNetworkAsync();
        await using var listener = Listener.Start(IPAddress.Any);
        await HostCommand.RequireAsync("iptables", ["-I", "INPUT", "1", "-i", network.Bridge, "-j", "ACCEPT"], default);
        try
        {
            Assert.Equal("closed", await ProbeAsync(network, HostAddress(), listener.Port));
        }
        finally
        {
            await HostCommand.RequireAsync("iptables", ["-D", "INPUT", "-i", network.Bridge, "-j", "ACCEPT"], default);
        }

        await HostCommand.RequireAsync(
            "iptables",
            [
                "-t",
                "mangle",
                "-D",
                "INPUT",
                "-i",
                engine.Host.Folder.BridgePrefix + "+",
                "-j",
                $"PL-{engine.Host.Folder.Hash}-IN",
            ],
            default
        );
        Assert.False(await engine.Firewall.IsInPlaceAsync(engine.Policy, default));
        Assert.Equal("open", await ProbeAsync(network, HostAddress(), listener.Port));
        await engine.Firewall.ApplyAsync(engine.Policy, default);
        Assert.True(await engine.Firewall.IsInPlaceAsync(engine.Policy, default));
        var before = await HostCommand.RequireAsync("iptables-save", [], default);
        await engine.Firewall.ApplyAsync(engine.Policy, default);
        Assert.Equal(Rules(before), Rules(await HostCommand.RequireAsync("iptables-save", [], default)));
    }

    private async Task<string> ProbeAsync(AppNetwork network, string address, int port)
    {
        var (_, output) = await engine.ShellAsync(network, $"nc -w 2 {address} {port} </dev/null; echo exit $?");
        Assert.Contains("exit ", output, StringComparison.Ordinal);
        return output.Contains("hello", StringComparison.Ordinal) || output.Contains("hi\n", StringComparison.Ordinal)
            ? "open"
            : "closed";
    }

    private static string HostAddress() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(i =>
                i.Name is "eth0" or "ens3" or "ens5" or "enp0s3" || i.GetIPProperties().GatewayAddresses.Count > 0
            )
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .First(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Address.ToString();

    /// <summary>Of this rack: others come and go meanwhile.</summary>
    private string[] Rules(string saved) =>
        [
            .. saved
                .Split('\n')
                .Where(l => l.Contains($"PL-{engine.Host.Folder.Hash}", StringComparison.Ordinal))
                .Select(l => l.Split('[')[0]),
        ];
}
