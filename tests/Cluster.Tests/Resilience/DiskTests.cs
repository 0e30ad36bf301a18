using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>A process that fills the disk is stopped with the reason; nobody else notices.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class DiskTests(ITestOutputHelper output)
{
    private const string PerProcess = "more than the 64 MiB that a process may (rack parameter DiskLimit)";
    private const string PerApp = "more than the 64 MiB that they may (rack parameter VolumeLimit)";

    private const string Manifest = """
        services:
          web:
            build: .
            port: 3000
            health:
              path: /healthz
              interval: 20
              timeout: 15
            scale:
              count: 1
              cpu: 250
              memory: 64
          writer:
            build: .
            command: /bin/sh -c "trap 'exit 0' TERM; while :; do sleep 0.2; done"
            termination:
              grace: 2
            volumes:
              - /data
            scale:
              count: 1
              cpu: 1000
              memory: 64
        """;

    [Fact]
    public async Task S24_a_process_beyond_its_disk_limit_is_stopped_with_the_reason_and_the_neighbour_serves_on()
    {
        using var source = SampleApp.Make(Manifest, SampleApp.WebStart);
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        var machine = Machine.Of(server);
        var limits = new Dictionary<string, string> { ["parameters"] = "DiskLimit=64&VolumeLimit=64" };
        (await client.CallAsync(new("PUT", "/system") { Form = limits })).OrThrow();
        var beyond = new Dictionary<string, string> { ["parameters"] = "DiskLimit=102401" };
        var refused = await client.CallAsync(new("PUT", "/system") { Form = beyond });
        Assert.Equal(400, refused.Status);
        Assert.Contains(
            "DiskLimit is at most 102400 on this installation (LocalRacks__MaxDiskLimit)",
            Encoding.UTF8.GetString(refused.Body),
            StringComparison.Ordinal
        );
        await client.AppsCreateAsync("web");
        var deployed = await client.DeployAsync("web", source.Folder);
        var host = (await client.ServicesAsync("web")).Single(s => s.Domain is { Length: > 0 }).Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host, perSecond: 20);

        foreach (
            var (fill, limit) in new[]
            {
                ("dd if=/dev/zero of=/fill bs=1M count=20000", PerProcess),
                ("dd if=/dev/zero of=/etc/resolv.conf bs=1M count=20000", PerProcess),
                ("sh -c 'exec 3>/gone; rm /gone; dd if=/dev/zero bs=1M count=20000 >&3'", PerProcess),
                ("dd if=/dev/zero of=/data/fill bs=1M count=20000", PerApp),
            }
        )
        {
            load.Mark(fill);
            var writer = Assert.Single(await client.PsAsync("web", "writer"));
            var layer = machine.Podman(
                "inspect",
                "--format",
                "{{.GraphDriver.Data.UpperDir}}",
                machine.Containers().Single(c => c.Process == writer.Id).Id
            );
            var filled = await client.ExecAsync("web", writer.Id, fill);
            output.WriteLine($"{fill}: ended with {filled.ExitCode} {filled.Text}");
            Assert.NotEqual(0, filled.ExitCode);
            await Poll.UntilAsync(
                async () =>
                    (await client.LogAsync("web")) is var log
                    && log.Split('\n')
                        .Any(l => l.Contains(writer.Id) && l.Contains("was stopped") && l.Contains(limit)),
                TimeSpan.FromSeconds(30),
                $"the reason in the app's log: {limit}"
            );
            output.WriteLine(
                (await client.LogAsync("web")).Split('\n').First(l => l.Contains(writer.Id) && l.Contains(limit))
            );
            await Poll.UntilAsync(
                async () =>
                    (await client.PsAsync("web", "writer")) is var processes
                    && processes.Any(p => p.Id == writer.Id && p.Status == "crashed")
                    && processes.Any(p => p.Id != writer.Id && p.Status == "running")
                    && !File.Exists(layer.Trim() + "/fill"),
                TimeSpan.FromSeconds(30),
                "the stopped process, without what it wrote, beside its successor"
            );
            await Poll.UntilAsync(
                async () => (await client.PsAsync("web", "writer")).Length == 1,
                TimeSpan.FromMinutes(1),
                "nothing but the successor"
            );
        }

        // Its volume stays, and can be cleared.
        Assert.Single(Filled());
        var cleared = await client.ExecAsync("web", "writer", "rm /data/fill");
        Assert.Equal(0, cleared.ExitCode);
        Assert.Empty(Filled());
        await load.StopAsync();
        output.WriteLine($"{load}");
        load.AssertNoneLost();
        Assert.Equal([deployed.ReleaseId], load.Answers.Keys);

        string[] Filled() =>
            Directory.GetFiles(Path.Combine(machine.Folder, "volumes"), "fill", SearchOption.AllDirectories);
    }
}
