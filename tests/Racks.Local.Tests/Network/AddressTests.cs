using System.Net.NetworkInformation;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Network;

/// <summary>Addresses that a rack takes on its machine.</summary>
[Collection(EngineCollection.Name)]
public sealed class AddressTests(EngineFixture engine)
{
    [Fact]
    public async Task S28_the_hosts_file_is_seen_and_changes_reach_a_running_container()
    {
        var network = await engine.NewNetworkAsync();
        var hosts = new HostsFile(engine.Host.Folder);
        hosts.Write([new("db.shop.convox.local", "10.89.0.1")]);
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network) with { HostsFile = hosts.Path }, default);
        await engine.Client.StartAsync(id, default);

        hosts.Write([new("cache.shop.convox.local", "10.89.0.2")]);
        var exec = await engine.Client.CreateExecAsync(
            id,
            new(["/bin/cat", "/etc/hosts"], Tty: false, Stdin: false),
            default
        );
        await using var stream = await engine.Client.StartExecAsync(exec, tty: false, default);
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, default);
        var text = System.Text.Encoding.UTF8.GetString(buffer, 0, read.Count);

        Assert.Contains("10.89.0.2 cache.shop.convox.local\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db.shop", text, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => hosts.Write([new("a\n10.0.0.1 b", "10.89.0.2")]));
    }

    /// <summary>As they do while other apps' containers start and end.</summary>
    [Fact]
    public async Task A_network_is_made_while_interfaces_of_the_machine_come_and_go()
    {
        using var ending = new CancellationTokenSource();
        var coming = Enumerable
            .Range(0, 4)
            .Select(i => Task.Run(() => ComeAndGoAsync($"pt-{Environment.ProcessId % 10_000}-{i}", ending.Token)))
            .ToArray();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var app = $"coming-{i}";
                await engine.Networks.EnsureAsync(app, default);
                await engine.Networks.RemoveAsync(app, default);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(coming);
        }
    }

    private async Task ComeAndGoAsync(string name, CancellationToken ending)
    {
        var batch = Path.Combine(engine.NewFolder(), "batch");
        await File.WriteAllLinesAsync(
            batch,
            Enumerable.Repeat($"link add {name} type bridge\naddr add 198.51.100.1/32 dev {name}\nlink del {name}", 50),
            CancellationToken.None
        );
        while (!ending.IsCancellationRequested)
        {
            await HostCommand.RequireAsync("ip", ["-batch", batch], default);
        }
    }

    [Fact]
    public async Task A_virtual_address_stays_the_same_and_goes_when_released()
    {
        var first = await engine.Vips.EnsureAsync("vips/one", default);
        using var again = new VipAllocator(engine.Host.Folder, new(engine.Host.Folder, new()));

        Assert.Equal(first, await again.EnsureAsync("vips/one", default));
        Assert.NotEqual(first, await again.EnsureAsync("vips/two", default));
        Assert.Contains(
            $"{first}/32",
            await HostCommand.RequireAsync("ip", ["addr", "show", "dev", "lo"], default),
            StringComparison.Ordinal
        );
        await again.ReleaseAsync("vips/one", default);
        Assert.DoesNotContain(
            $"{first}/32",
            await HostCommand.RequireAsync("ip", ["addr", "show", "dev", "lo"], default),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_folders_never_choose_the_same_subnet()
    {
        var folders = Enumerable.Range(0, 6).Select(_ => new RackFolder(engine.NewFolder())).ToList();

        // The same key in each, and a pool that all of them share.
        var chosen = await Task.WhenAll(folders.Select(f => new SubnetPool(f, new()).ClaimAsync("app", default)));

        Assert.Equal(chosen.Length, chosen.Distinct().Count());
        foreach (var folder in folders)
        {
            await new SubnetPool(folder, new()).ReleaseAsync("app", default);
        }
    }

    [Fact]
    public async Task A_subnet_that_a_rule_of_a_deleted_rack_names_is_not_chosen()
    {
        var pool = new SubnetPool(new RackFolder(engine.NewFolder()), new() { Pool = "10.251.0.0/16" });
        var first = (await pool.ClaimAsync("app", default)).ToString();
        await pool.ReleaseAsync("app", default);
        var jump = new FirewallRules(new RackFolder(engine.NewFolder()))
            .Jumps(new() { VipRange = first })
            .Single(j => j.Jump.StartsWith("-d", StringComparison.Ordinal))
            .Jump.Split(' ');
        await HostCommand.RequireAsync("iptables", ["-t", "mangle", "-N", jump[^1]], default);
        await HostCommand.RequireAsync("iptables", ["-t", "mangle", "-A", "INPUT", .. jump], default);
        try
        {
            Assert.NotEqual(first, (await pool.ClaimAsync("app", default)).ToString());
        }
        finally
        {
            await HostCommand.RequireAsync("iptables", ["-t", "mangle", "-D", "INPUT", .. jump], default);
            await HostCommand.RequireAsync("iptables", ["-t", "mangle", "-X", jump[^1]], default);
            await pool.ReleaseAsync("app", default);
        }
    }
}
