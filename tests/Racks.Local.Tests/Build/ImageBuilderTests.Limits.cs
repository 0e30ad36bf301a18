using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Tests.Network;

namespace Palisade.Racks.Local.Tests.Build;

/// <summary>What a build reaches and takes (S25).</summary>
public sealed partial class ImageBuilderTests
{
    [Fact]
    public async Task S25_a_RUN_reaches_neither_loopback_nor_the_host_nor_link_local()
    {
        await using var listener = Listener.Start(IPAddress.IPv6Any);
        var subnet = await engine.BuildNetwork.SubnetAsync(default);
        var vip = await engine.Vips.EnsureAsync("build/vip", default);
        await engine.AdmitAsync(new(vip, listener.Port));
        var host = NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(i => i.GetIPProperties().GatewayAddresses.Count > 0)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .First(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Address;
        string[] targets = ["127.0.0.1", "::1", subnet.Gateway, host.ToString(), vip, "169.254.169.254"];
        var script = string.Join("; ", targets.Select(t => $"echo '{t}'; nc -w 1 {t} {listener.Port} < /dev/null"));

        var (result, log) = await engine.BuildAsync("reach", From + $"RUN ip addr show eth0; {script}; echo end");

        Assert.True(result.Ok, log);
        Assert.Contains(subnet.Address(0)[..^1], log, StringComparison.Ordinal);
        Assert.Contains("\nend", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nhello", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S25_an_ADD_of_a_URL_does_not_run_in_the_hosts_network()
    {
        await using var listener = Listener.Start(IPAddress.Any);

        var (result, log) = await engine.BuildAsync(
            "add",
            From + $"ADD http://127.0.0.1:{listener.Port}/secret /secret"
        );

        Assert.Equal("build.failed", result.Problem?.Code);
        Assert.Contains("connection refused", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S25_memory_and_processes_of_a_build_are_limited()
    {
        var (memory, log) = await engine.BuildAsync(
            "memory",
            From + "RUN dd if=/dev/zero of=/dev/null bs=400M count=1",
            change: r => r with { Limits = r.Limits with { MemoryBytes = 256 << 20 } }
        );
        var (pids, pidsLog) = await engine.BuildAsync(
            "pids",
            From + "RUN i=0; while [ $i -lt 200 ]; do sleep 60 & i=$((i+1)); done",
            change: r => r with { Limits = r.Limits with { Pids = 100 } }
        );

        Assert.True(memory.Problem?.Code == "build.out_of_memory", log);
        Assert.Equal("build.failed", pids.Problem?.Code);
        Assert.Contains("can't fork", pidsLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S25_a_build_ends_at_its_time_limit_with_everything_that_it_started()
    {
        var (result, _) = await engine.BuildAsync(
            "slow",
            From + "RUN sleep 300017 & sleep 300018",
            change: r => r with { Limits = r.Limits with { Time = TimeSpan.FromSeconds(4) } }
        );

        Assert.Equal("build.timeout", result.Problem?.Code);
        Assert.DoesNotContain(
            Directory.GetDirectories("/proc").Where(d => File.Exists(d + "/cmdline")),
            d => Cmdline(d).StartsWith("sleep\u000030001", StringComparison.Ordinal)
        );
        var left = await engine.BuildAsync("after", From + "RUN true");
        Assert.True(left.Result.Ok, left.Log);
    }
}
