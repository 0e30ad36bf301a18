using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>Apps outlive the server; what is killed by hand comes back.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class AdoptionTests(ITestOutputHelper output)
{
    /// <summary>Ends a test that hangs; how long it took is in its output.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_is_killed_by_hand_is_back_within_seconds_and_the_others_serve_on()
    {
        await using var server = await ServerProcess.StartAsync();
        var (client, host) = await DeployAsync(server, count: 2);
        var machine = Machine.Of(server);
        // Few enough that a busy machine has no crowd of them under way when a process is killed.
        await using var load = new SteadyLoad(server.RouterPort, host, perSecond: 20, path: "/id");

        await BackAsync("process killed", machine, () => Kill(Running(machine)[0].Pid));
        await BackAsync(
            "container removed",
            machine,
            () => machine.Podman("rm", "--force", "--time", "0", Running(machine)[0].Id)
        );

        // Retried by the router where nothing was answered yet; an answer that was cut in the middle can't be saved.
        Assert.True(load.Failures.Count <= 10, $"{load}");

        // Nobody is there for a moment; that it is a short one is seen from the router.
        var clock = Stopwatch.StartNew();
        await BackAsync("both killed", machine, () => Running(machine).ForEach(c => Kill(c.Pid)));
        await Poll.UntilAsync(
            async () => (await server.AskAsync(host)).Status == 200,
            Back,
            "an answer after both were killed"
        );
        output.WriteLine($"both killed: answers again after {clock.ElapsedMilliseconds} ms");
        await load.StopAsync();
        output.WriteLine($"{load}");

        async Task BackAsync(string what, Machine seen, Action kill)
        {
            var killed = Running(seen);
            load.Mark(what);
            var clock = Stopwatch.StartNew();
            kill();
            await Poll.UntilAsync(
                () => Running(seen) is { Count: 2 } now && !now.SequenceEqual(killed),
                Back,
                $"two processes after: {what}"
            );
            output.WriteLine($"{what}: back after {clock.ElapsedMilliseconds} ms");
            load.Mark("back");
            await Poll.UntilAsync(
                async () => (await client.PsAsync("web")).Count(p => p.Status == "running") == 2,
                Back,
                $"two healthy processes after: {what}"
            );
            await Poll.UntilAsync(
                () => Running(seen).All(c => load.Answers.ContainsKey(c.Process)),
                Back,
                $"an answer of each process after: {what}"
            );
        }
    }

    [Fact]
    public async Task What_is_killed_of_the_old_release_is_back_while_the_new_one_is_still_being_proven()
    {
        await using var server = await ServerProcess.StartAsync();
        var (client, host) = await DeployAsync(server, count: 1);
        var machine = Machine.Of(server);
        var old = Assert.Single(Running(machine));
        using var silent = SampleApp.Web(start: "#!/bin/sh\ntrap 'exit 0' TERM INT\nsleep 3600 &\nwait");
        var built = await client.BuildAsync("web", silent.Folder);
        (
            await client.CallAsync(
                new("POST", $"/apps/web/releases/{built.ReleaseId}/promote")
                {
                    Form = new Dictionary<string, string> { ["force"] = "false" },
                }
            )
        ).OrThrow();
        await Poll.UntilAsync(
            () => Running(machine).Any(c => c.Release == built.ReleaseId),
            Back,
            "a process of the new release"
        );
        var clock = Stopwatch.StartNew();

        Kill(old.Pid);

        await Poll.UntilAsync(
            () => Running(machine).Any(c => c.Release == old.Release && c.Id != old.Id),
            Back,
            "a process of the old release after it was killed"
        );
        await Poll.UntilAsync(
            async () => await server.AskAsync(host) == (200, old.Release),
            Back,
            "an answer of the old release"
        );
        output.WriteLine($"old release: answers again after {clock.ElapsedMilliseconds} ms");
        Assert.Equal("updating", (await client.AppAsync("web")).Status);
    }

    [Fact]
    public async Task Router_and_container_service_come_back_when_killed()
    {
        await using var server = await ServerProcess.StartAsync();
        var (client, host) = await DeployAsync(server, count: 1);
        var machine = Machine.Of(server);
        var before = machine.Containers();

        foreach (var pid in machine.Processes("haproxy"))
        {
            Kill(pid);
        }

        var clock = Stopwatch.StartNew();
        await Poll.UntilAsync(
            async () => (await server.AskAsync(host)).Status == 200,
            Back,
            "an answer of the router that was killed"
        );
        output.WriteLine($"HAProxy: back after {clock.ElapsedMilliseconds} ms");

        var service = Assert.Single(machine.Processes("system service"));
        Kill(service);
        clock.Restart();
        await Poll.UntilAsync(
            () => machine.Processes("system service").Any(p => p != service),
            Back,
            "a container service after it was killed"
        );
        output.WriteLine($"podman: back after {clock.ElapsedMilliseconds} ms");
        await client.ScaleAsync("web", "web", count: 2);

        Assert.Equal(200, (await server.AskAsync(host)).Status);
        Assert.Contains(machine.Containers(), c => c.Id == before[0].Id && c.Started == before[0].Started);
        Assert.Equal(2, machine.Containers().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_touches_no_app_and_its_logs_are_whole(bool killed)
    {
        await using var server = await ServerProcess.StartAsync();
        var (client, host) = await DeployAsync(
            server,
            count: 2,
            start: """
            #!/bin/sh
            mkdir -p /tmp/www
            echo here > /tmp/www/index.html
            echo ok > /tmp/www/healthz
            httpd -f -p 3000 -h /tmp/www &
            trap 'kill "$!"; exit 0' TERM INT
            n=0
            while true; do n=$((n+1)); echo "tick $n"; sleep 0.2; done
            """
        );
        var before = Machine.Of(server).Containers();
        await using var load = new SteadyLoad(server.RouterPort, host, perSecond: 60);

        if (killed)
        {
            await server.Kill9Async();
        }
        else
        {
            var code = await server.StopAsync();
            Assert.True(code == 0, $"exit code {code}: {server.Log[^Math.Min(6000, server.Log.Length)..]}");
        }

        // SMALL WAIT: logs are to be written while nobody collects them.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await server.StartAgainAsync();
        var ticks = await TicksAsync();
        await Poll.UntilAsync(
            async () => (await TicksAsync()).Values.All(t => t.Count > ticks.Values.Max(o => o.Count) + 10),
            Back,
            "log lines of after the restart"
        );
        await load.StopAsync();
        output.WriteLine($"{load}");

        var after = Machine.Of(server).Containers();
        Assert.Equal(before.OrderBy(c => c.Id), after.OrderBy(c => c.Id));
        load.AssertNoneLost();
        foreach (var (process, numbers) in await TicksAsync())
        {
            Assert.True(
                numbers.SequenceEqual(Enumerable.Range(1, numbers.Count)),
                $"{process}: {string.Join(' ', numbers)}"
            );
        }

        async Task<Dictionary<string, List<int>>> TicksAsync() =>
            (await client.LogAsync("web"))
                .Split('\n')
                .Where(l => l.Contains(" tick ", StringComparison.Ordinal))
                .Select(l => l.Split(' '))
                .GroupBy(w => w[1], w => int.Parse(w[^1], CultureInfo.InvariantCulture))
                .ToDictionary(g => g.Key, g => g.ToList());
    }

    [Fact]
    public async Task Stop_apps_leaves_nothing_of_its_folder_and_all_of_another()
    {
        await using var other = await ServerProcess.StartAsync();
        var (_, otherHost) = await DeployAsync(other, count: 1);
        var there = Machine.Of(other);
        var before = there.Containers();
        await using (var server = await ServerProcess.StartAsync())
        {
            var (client, host) = await DeployAsync(server, count: 1);
            var machine = Machine.Of(server);
            Assert.NotEqual(machine.Hash, there.Hash);
            using var inner = SampleApp.Web(more: "    internal: true");
            await client.AppsCreateAsync("inner");
            await client.DeployAsync("inner", inner.Folder);
            Assert.Equal(200, (await server.AskAsync(host)).Status);
            Assert.Equal(404, (await other.AskAsync(host.Replace("web.", "inner.", StringComparison.Ordinal))).Status);
            await server.StopAsync();
            Assert.Equal(200, (await server.AskAsync(host)).Status);
            var addresses = machine.InternalAddresses();
            Assert.Single(addresses.Intersect(Machine.LoopbackAddresses()));

            Assert.Equal(0, await server.StopAppsAsync());

            machine.AssertNothingLeft();
            Assert.Empty(addresses.Intersect(Machine.LoopbackAddresses()));
        }

        Assert.Equal(before, there.Containers());
        Assert.Equal(200, (await other.AskAsync(otherHost)).Status);
        await other.StopAsync();
        Assert.Equal(0, await other.StopAppsAsync());
        there.AssertNothingLeft();
    }

    private static async Task<(ConvoxClient Client, string Host)> DeployAsync(
        ServerProcess server,
        int count,
        string start = SampleApp.WebStart
    )
    {
        using var source = SampleApp.Web(count, start: start);
        var client = ConvoxClient.Of(server);
        try
        {
            await client.AppsCreateAsync("web");
            await client.DeployAsync("web", source.Folder);
        }
        catch (ConvoxException e)
        {
            throw new InvalidOperationException(
                $"{e.Message}; its log:\n{await client.LogAsync("web")}\nthe server's:\n{server.Log}",
                e
            );
        }

        return (client, (await client.ServicesAsync("web")).Single().Domain!);
    }

    private static List<PodmanContainer> Running(Machine machine) =>
        [.. machine.Containers().Where(c => c.State == "running").OrderBy(c => c.Id)];

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has gone with another one, as HAProxy's worker with its master.
        }
    }
}
