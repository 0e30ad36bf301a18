using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>What the server costs while nothing happens, and what stays of work that is done.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class CostTests(ITestOutputHelper output)
{
    private const int Deploys = 8;

    [Fact]
    public async Task Deploys_leave_no_descriptor_thread_or_container_behind_and_idling_is_cheap()
    {
        using var source = SampleApp.Web();
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        for (var i = 0; i < 3; i++)
        {
            await client.EnvSetAsync(
                "web",
                new Dictionary<string, string> { ["GREETING"] = $"warm {i}" },
                promote: true
            );
        }

        var machine = Machine.Of(server);
        await SettledAsync(machine);
        var before = Usage(server.ProcessId);
        var service = machine.Processes("system service").Single();
        var engineBefore = Usage(service);
        for (var i = 0; i < Deploys; i++)
        {
            await client.EnvSetAsync(
                "web",
                new Dictionary<string, string> { ["GREETING"] = $"deploy {i}" },
                promote: true
            );
        }

        await SettledAsync(machine);
        var after = Usage(server.ProcessId);
        var engineAfter = Usage(service);
        output.WriteLine(
            $"server: {before} -> {after} over {Deploys} promotes; podman service: {engineBefore} -> {engineAfter}"
        );

        // SMALL WAIT: idling is measured over a stretch of time.
        var (server0, engine0) = (CpuSeconds(server.ProcessId), CpuSeconds(service));
        var clock = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(10));
        var (serverCpu, engineCpu) = (
            (CpuSeconds(server.ProcessId) - server0) / clock.Elapsed.TotalSeconds,
            (CpuSeconds(service) - engine0) / clock.Elapsed.TotalSeconds
        );
        output.WriteLine($"idle with 1 app: server {serverCpu:P1}, podman service {engineCpu:P1} of one core");

        await LetsGoAsync("server", server.ProcessId, before);
        await LetsGoAsync("podman service", service, engineBefore);
        Assert.True(
            serverCpu < 0.15 && engineCpu < 0.25,
            $"idle: server {serverCpu:P1}, podman {engineCpu:P1} of one core"
        );
        Assert.Equal("web", Assert.Single(machine.Containers()).Process.Split('-')[0]);
    }

    [Fact]
    public async Task A_stop_waits_for_no_log_that_is_followed_and_no_rollout_under_way()
    {
        using var source = SampleApp.Web();
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        using var stop = new CancellationTokenSource();
        await using var first = await client.LogsAsync("web");
        await using var second = await client.LogsAsync("web");
        var reading = Task.WhenAll(ReadAllAsync(first, stop.Token), ReadAllAsync(second, stop.Token));
        var release = await client.EnvSetAsync("web", new Dictionary<string, string> { ["GREETING"] = "later" });
        (
            await client.CallAsync(
                new("POST", $"/apps/web/releases/{release}/promote")
                {
                    Form = new Dictionary<string, string> { ["force"] = "false" },
                }
            )
        ).OrThrow();
        var clock = Stopwatch.StartNew();

        var code = await server.StopAsync();

        output.WriteLine($"stopped after {clock.ElapsedMilliseconds} ms with exit code {code}");
        await stop.CancelAsync();
        await reading;
        Assert.True(code == 0, $"exit code {code}: {server.Log[^Math.Min(6000, server.Log.Length)..]}");
        await server.StartAgainAsync();
        await Poll.UntilAsync(
            async () => await client.AppAsync("web") is { Status: "running" } app && app.Release == release,
            TimeSpan.FromMinutes(3),
            "the release promoted before the stop"
        );
    }

    private static async Task ReadAllAsync(ConvoxSocket socket, CancellationToken ct)
    {
        try
        {
            while (await socket.ReadAsync(ct) is not null) { }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static Task SettledAsync(Machine machine) =>
        Poll.UntilAsync(
            () => machine.Containers().Count == 1,
            TimeSpan.FromMinutes(3),
            "only the newest process",
            TimeSpan.FromMilliseconds(250)
        );

    /// <summary>
    /// Fewer are left than there were deploys. Connections and threads that are kept for a while are let go of within a
    /// minute.
    /// </summary>
    private static Task LetsGoAsync(string what, int pid, Cost before) =>
        Poll.UntilAsync(
            () =>
                Usage(pid) is var now
                && now.Descriptors <= before.Descriptors + (Deploys * 2 / 3)
                && now.Threads <= before.Threads + Deploys,
            TimeSpan.FromMinutes(3),
            $"the {what} letting go of what {Deploys} deploys needed",
            TimeSpan.FromSeconds(1)
        );

    private static Cost Usage(int pid)
    {
        var status = File.ReadAllLines($"/proc/{pid}/status");
        return new(
            Directory.GetFiles($"/proc/{pid}/fd").Length,
            int.Parse(
                status.First(l => l.StartsWith("Threads:", StringComparison.Ordinal)).Split('\t')[1],
                CultureInfo.InvariantCulture
            ),
            long.Parse(
                status
                    .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                CultureInfo.InvariantCulture
            ) >> 10
        );
    }

    /// <summary>User and system time of the process and its ended children.</summary>
    private static double CpuSeconds(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)) / 100.0;
    }

    private sealed record Cost(int Descriptors, int Threads, long MebibytesResident);
}
