using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Tests.Engine;

[Collection(EngineCollection.Name)]
public sealed class IsolationTests(EngineFixture engine)
{
    [Fact]
    public async Task S24_capabilities_are_the_list_and_no_more_with_no_new_privileges_and_seccomp()
    {
        var network = await engine.NewNetworkAsync();

        var (_, output) = await engine.ShellAsync(network, "cat /proc/self/status");

        // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10 (capability.h).
        Assert.Contains("CapBnd:\t00000000000004eb", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000000004eb", output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S24_processes_beyond_the_limit_are_refused()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(
            network,
            "/bin/sh",
            "-c",
            "i=0; while [ $i -lt 40 ]; do sleep 60 & i=$((i+1)); done; echo all"
        ) with
        {
            PidsLimit = 16,
        };

        var (code, output) = await engine.RunAsync(spec);

        Assert.NotEqual(0, code);
        Assert.Contains("can't fork", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S24_memory_beyond_the_limit_kills_and_leaves_evidence()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network, "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");
        var id = await engine.Client.CreateAsync(spec, default);
        var innocent = await engine.Client.CreateAsync(EngineFixture.Spec(network, "/bin/true"), default);

        await engine.Client.StartAsync(id, default);
        var code = await engine.Client.WaitAsync(id, default);

        Assert.Equal(137, code);
        Assert.True(OomEvidence.WasKilled(id));
        Assert.False(OomEvidence.WasKilled(innocent));
    }

    [Fact]
    public async Task S24_cpu_is_limited_to_what_was_asked_for_and_shared_by_it()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network, "/bin/sleep", "60") with { MilliCpu = 250 };
        var id = await engine.Client.CreateAsync(spec, default);
        await engine.Client.StartAsync(id, default);

        var pid = (await engine.Client.InspectAsync(id, default))!.State.Pid;
        var cgroup = File.ReadAllLines($"/proc/{pid}/cgroup")
            .Select(line => line.Split(':', 3))
            .Where(parts => parts[1].Split(',').Contains("cpu") || parts[1].Length == 0)
            .Select(parts => $"/sys/fs/cgroup/{parts[1]}{parts[2]}")
            .First(folder => File.Exists(folder + "/cpu.shares") || File.Exists(folder + "/cpu.weight"));
        string Read(string name) => File.ReadAllText($"{cgroup}/{name}").Trim();

        // cgroup2 has a weight instead, 1 + (shares - 2) * 9999 / 262142.
        if (File.Exists($"{cgroup}/cpu.shares"))
        {
            Assert.Equal("256", Read("cpu.shares"));
            Assert.Equal("25000 of 100000", $"{Read("cpu.cfs_quota_us")} of {Read("cpu.cfs_period_us")}");
        }
        else
        {
            Assert.Equal("10", Read("cpu.weight"));
            Assert.Equal("25000 100000", Read("cpu.max"));
        }

        await engine.Client.RemoveAsync(id, force: true, default);
    }

    [Fact]
    public void S24_a_volume_outside_of_the_apps_folder_cannot_be_asked_for()
    {
        var root = engine.NewFolder();
        var outside = engine.NewFolder();
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        var spec = EngineFixture.Spec(new("n", "b", default)) with { VolumeRoot = root };

        foreach (
            var source in (string[])
                [outside, root + "/../" + Path.GetFileName(outside), Path.Combine(root, "link"), "/"]
        )
        {
            Assert.ThrowsAny<InvalidOperationException>(() =>
                engine
                    .Client.CreateAsync(spec with { Volumes = [new(source, "/data")] }, default)
                    .GetAwaiter()
                    .GetResult()
            );
        }
    }

    [Fact]
    public async Task S24_a_volume_of_the_app_is_mounted()
    {
        var network = await engine.NewNetworkAsync();
        var root = engine.NewFolder();
        Directory.CreateDirectory(Path.Combine(root, "data"));
        var spec = EngineFixture.Spec(network, "/bin/sh", "-c", "echo kept > /data/file") with
        {
            VolumeRoot = root,
            Volumes = [new(Path.Combine(root, "data"), "/data")],
        };

        await engine.RunAsync(spec);

        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(root, "data", "file")));
    }
}
