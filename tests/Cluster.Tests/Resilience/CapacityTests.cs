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
        // A request may take as long as its client waits.
        using var source = SampleApp.Web(count: 4, "    drain: 20");
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        var host = (await client.ServicesAsync("web")).Single().Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host, perSecond: 50);
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

    [Fact]
    public async Task Of_two_apps_that_grow_at_once_one_does_and_the_other_is_told_why_not()
    {
        await using var server = await ServerProcess.StartAsync(new() { Environment = RoomFor(8) });
        string[] apps = ["one", "two"];
        foreach (var app in apps)
        {
            using var source = SampleApp.Web(count: 2);
            await ConvoxClient.Of(server).AppsCreateAsync(app);
            await ConvoxClient.Of(server).DeployAsync(app, source.Folder);
        }

        // Either fits beside the other as it is: five and two are seven of eight.
        var growing = Task.WhenAll(apps.Select(app => GrowAsync(ConvoxClient.Of(server), app, 5)));
        var most = 0;
        while (!growing.IsCompleted)
        {
            most = Math.Max(most, Machine.Of(server).Containers().Count(c => c.State == "running"));
            await Task.WhenAny(growing, Task.Delay(TimeSpan.FromMilliseconds(50)));
        }

        var grown = await growing;
        output.WriteLine($"at most {most} processes\n{string.Join('\n', grown.Select(g => g.Said))}");
        Assert.InRange(most, 4, 7);
        Assert.Equal([2, 5], grown.Select(g => g.Count).Order());
        var refused = grown.Single(g => g.Count == 2);
        Assert.Contains(
            $"would take {5 * Each} MiB of memory, others take {5 * Each}, and there are",
            refused.Said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_has_no_cpu_is_refused_with_the_numbers_and_a_change_of_what_fits_needs_no_more()
    {
        var overcommit = 1200.0 / (1000 * Environment.ProcessorCount);
        await using var server = await ServerProcess.StartAsync(
            new()
            {
                Environment = new Dictionary<string, string>
                {
                    ["LocalRacks__CpuOvercommit"] = overcommit.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        using var source = SampleApp.Web(count: 2, "    drain: 2");
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);

        var second = await client.EnvSetAsync(
            "web",
            new Dictionary<string, string> { ["GREETING"] = "hi" },
            promote: true
        );

        Assert.Equal(second, (await client.AppAsync("web")).Release);
        foreach (var (count, cpu) in new (int?, int?)[] { (3, null), (null, 750) })
        {
            var refused = await Assert.ThrowsAsync<ConvoxException>(() => client.ScaleAsync("web", "web", count, cpu));
            Assert.Equal(409, refused.Status);
            Assert.Contains(
                "would take 1500 thousandths of a core, others take 0, and there are 1200",
                refused.Message,
                StringComparison.Ordinal
            );
        }

        await client.ScaleAsync("web", "web", cpu: 600);
        Assert.Equal(600, (await client.ServicesAsync("web")).Single().Cpu);
    }

    /// <summary>How many processes it has then, and what was said of it.</summary>
    private static async Task<(int Count, string Said)> GrowAsync(ConvoxClient client, string app, int count)
    {
        var refused = "";
        try
        {
            await client.ScaleAsync(app, "web", count);
        }
        catch (ConvoxException e)
        {
            refused = e.Message;
        }

        var services = await client.ServicesAsync(app);
        return (services.Single().Count, $"{app}: {refused}\n{await client.LogAsync(app)}");
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
