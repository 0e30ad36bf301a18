using System.Globalization;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>A machine that is nearly full.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class CapacityTests(ITestOutputHelper output)
{
    /// <summary>Of a sample's process, in MiB.</summary>
    private const int Each = 64;

    [Fact]
    public async Task What_has_no_memory_is_refused_with_the_numbers_and_a_promote_makes_do_with_what_is_free()
    {
        await using var server = await ServerProcess.StartAsync(new() { Environment = RoomFor(5) });
        using var source = SampleApp.Web(count: 4, "    drain: 2");
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        var host = (await client.ServicesAsync("web")).Single().Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host);
        await load.MoreAsync(200);
        var most = 0;

        var promoted = client.EnvSetAsync("web", new Dictionary<string, string> { ["GREETING"] = "hi" }, promote: true);
        while (!promoted.IsCompleted)
        {
            most = Math.Max(most, Machine.Of(server).Containers().Count(c => c.State == "running"));
            await Task.WhenAny(promoted, Task.Delay(TimeSpan.FromMilliseconds(100)));
        }

        var second = await promoted;
        Assert.Equal(second, (await client.AppAsync("web")).Release);
        Assert.InRange(most, 4, 5);
        var scale = await Assert.ThrowsAsync<ConvoxException>(() => client.ScaleAsync("web", "web", count: 6));
        Assert.Equal(409, scale.Status);
        Assert.Contains($"would take {6 * Each} MiB of memory", scale.Message, StringComparison.Ordinal);
        using var more = SampleApp.Web(count: 2);
        await client.AppsCreateAsync("more");
        await Assert.ThrowsAsync<ConvoxException>(() => client.DeployAsync("more", more.Folder));
        var logged = await client.LogAsync("more");
        Assert.Contains($"others take {4 * Each}", logged, StringComparison.Ordinal);
        await load.StopAsync();
        output.WriteLine($"at most {most} processes\n{load}");
        load.AssertNoneLost();
    }

    private static Dictionary<string, string> RoomFor(int processes)
    {
        var total = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal:", StringComparison.Ordinal));
        var mebibytes =
            double.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            / 1024;
        var overcommit = ((processes * Each) + (Each / 2)) / mebibytes;
        return new() { ["LocalRacks__MemoryOvercommit"] = overcommit.ToString(CultureInfo.InvariantCulture) };
    }
}
