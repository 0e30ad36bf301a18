using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Rack;

[Collection(EngineCollection.Name)]
public sealed class DiskMeterTests(EngineFixture engine)
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task S24_what_a_process_writes_is_measured_in_its_layer_and_in_the_volumes_of_its_image()
    {
        var built = await engine.BuildAsync(
            "voluminous",
            """
            FROM palisade/testbox:1
            VOLUME /data
            CMD ["/bin/sh","-c","trap 'exit 0' TERM; while :; do sleep 0.1; done"]
            """
        );
        Assert.True(built.Result.Ok, built.Log);
        var spec = EngineFixture.Spec(await engine.NewNetworkAsync()) with { Image = built.Result.Value.ImageId };
        var container = await StartedAsync(engine.Client, spec);
        Assert.NotNull(container.UpperFolder);
        Assert.Single(container.OwnVolumes);
        var before = await LayerAsync(container);

        await ShellAsync(container, "dd if=/dev/zero of=/layer bs=1M count=20 2>/dev/null");
        var layer = await LayerAsync(container);
        await ShellAsync(container, "dd if=/dev/zero of=/data/file bs=1M count=10 2>/dev/null");
        var volume = await LayerAsync(container);
        await ShellAsync(container, "truncate -s 10G /sparse");
        var sparse = await LayerAsync(container);
        await ShellAsync(container, "i=0; while [ $i -lt 2000 ]; do : > /f$i; i=$((i+1)); done");
        var files = await LayerAsync(container);

        Assert.InRange(before, 0, Mebibyte);
        Assert.InRange(layer - before, 20 * Mebibyte, 21 * Mebibyte);
        Assert.InRange(volume - layer, 10 * Mebibyte, 11 * Mebibyte);
        Assert.InRange(sparse - volume, 0, Mebibyte);
        Assert.InRange(files - sparse, 2000 * 4096, 4000 * 4096);
    }

    [Fact]
    public async Task S24_counting_is_not_led_out_of_a_containers_own_folders()
    {
        var container = await StartedAsync(engine.Client, EngineFixture.Spec(await engine.NewNetworkAsync()));
        var outside = Directory.CreateDirectory(engine.NewFolder()).FullName;
        await File.WriteAllBytesAsync(Path.Combine(outside, "large"), new byte[40 * Mebibyte]);
        var before = await LayerAsync(container);

        await ShellAsync(container, $"ln -s {outside} /link; ln -s {outside}/large /tmp/large; ln -s . /tmp/around");
        var links = await LayerAsync(container);
        // Deeper than a path may be long.
        await ShellAsync(
            container,
            """
            cd /tmp; i=0; while [ $i -lt 300 ]; do mkdir deep-deep-deep-deep; cd ./deep-deep-deep-deep; i=$((i+1)); done
            dd if=/dev/zero of=file bs=1M count=20 2>/dev/null
            """
        );
        var deep = await LayerAsync(container);

        Assert.InRange(links - before, 0, Mebibyte);
        Assert.InRange(deep - links, 20 * Mebibyte, 24 * Mebibyte);
    }

    [Fact]
    public async Task S24_files_that_a_process_holds_without_a_name_are_measured()
    {
        var root = DiskMeter.VolumeRoot(engine.Host.Folder, SomeContainer.AppId);
        var volume = Directory.CreateDirectory(Path.Combine(root, "app-data")).FullName;
        var spec = EngineFixture.Spec(await engine.NewNetworkAsync()) with
        {
            Command =
            [
                "/bin/sh",
                "-c",
                """
                    exec 3<>/layer 4<>/data/file 5<>/dev/shm/memory
                    while :; do sleep 0.1; done
                    """,
            ],
            Volumes = [new ContainerVolume(volume, "/data")],
            VolumeRoot = root,
        };
        var container = await StartedAsync(engine.Client, spec, root);
        Assert.True(container.HasVolumes);
        var volumes = new VolumeHolder(container.Labels.App, SomeContainer.AppId, [container]);
        var (layer, held) = (await LayerAsync(container), await MeasureAsync(volumes));

        await ShellAsync(
            container,
            """
            dd if=/dev/zero of=/layer bs=1M count=20 2>/dev/null
            dd if=/dev/zero of=/data/file bs=1M count=10 2>/dev/null
            dd if=/dev/zero of=/dev/shm/memory bs=1M count=5 2>/dev/null
            rm /layer /data/file /dev/shm/memory
            """
        );

        Assert.InRange(await LayerAsync(container) - layer, 20 * Mebibyte, 21 * Mebibyte);
        Assert.InRange(await MeasureAsync(volumes) - held, 10 * Mebibyte, 11 * Mebibyte);
        await engine.Client.RemoveAsync(container.ContainerId, force: true, default);
    }

    [Theory]
    [InlineData("/etc/hosts")]
    [InlineData("/etc/hostname")]
    [InlineData("/etc/resolv.conf")]
    [InlineData("/run/.containerenv")]
    public async Task S24_files_of_the_engine_that_a_process_may_write_are_measured(string file)
    {
        var container = await StartedAsync(engine.Client, EngineFixture.Spec(await engine.NewNetworkAsync()));
        var before = await LayerAsync(container);

        await ShellAsync(container, $"dd if=/dev/zero of={file} bs=1M count=20 2>/dev/null");

        // The first block was there already.
        Assert.InRange(await LayerAsync(container) - before, (20 * Mebibyte) - 4096, 21 * Mebibyte);
        await engine.Client.RemoveAsync(container.ContainerId, force: true, default);
    }

    /// <summary>Nothing else on the disk that a process may write to escapes the count.</summary>
    [Fact]
    public async Task S24_a_process_writes_to_the_disk_of_the_host_only_what_is_measured()
    {
        var container = await StartedAsync(engine.Client, EngineFixture.Spec(await engine.NewNetworkAsync()));

        var mounts = await File.ReadAllLinesAsync($"/proc/{container.Pid}/mountinfo");

        // mount id, parent, device, root, mount point, options, … - type (proc(5))
        var written = mounts
            .Select(line => line.Split(' '))
            .Where(words => words[5].Split(',').Contains("rw"))
            .Where(words => words[Array.IndexOf(words, "-") + 1] is not ("proc" or "tmpfs" or "devpts" or "mqueue"))
            .Select(words => words[4]);
        Assert.Equal(["/", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"], written.Order());
        await engine.Client.RemoveAsync(container.ContainerId, force: true, default);
    }

    [Fact]
    public async Task Counting_ends_when_it_is_enough()
    {
        var container = await StartedAsync(engine.Client, EngineFixture.Spec(await engine.NewNetworkAsync()));
        await ShellAsync(container, "mkdir /many; i=0; while [ $i -lt 2000 ]; do : > /many/$i; i=$((i+1)); done");

        Assert.InRange(await MeasureAsync(new LayerHolder(container), Mebibyte), Mebibyte, Mebibyte + 8192);
        await engine.Client.RemoveAsync(container.ContainerId, force: true, default);
    }

    [Fact]
    public async Task S24_a_storage_without_upper_folders_is_measured_too()
    {
        using var host = new EngineHost(
            new() { Directory = Path.Combine(engine.NewFolder(), "vfs") },
            TimeProvider.System,
            NullLogger<EngineHost>.Instance
        );
        host.Folder.Create();
        new EngineState("vfs", null).Write(host.Folder.File("engine.json"));
        var networks = new AppNetworks(host.Folder, engine.Pool, host.Client);
        try
        {
            await host.EnsureAsync(default);
            await using (var image = await engine.Client.SaveImageAsync(EngineFixture.Image, default))
            {
                await host.Client.LoadImageAsync(image, default);
            }

            var spec = EngineFixture.Spec(await networks.EnsureAsync("app", default));
            var container = await StartedAsync(host.Client, spec);
            Assert.Null(container.UpperFolder);
            await ShellAsync(container, "dd if=/dev/zero of=/layer bs=1M count=20 2>/dev/null", host.Client);

            var held = await new DiskMeter(host.Client.WrittenAsync, host.Folder).MeasureAsync(
                new LayerHolder(container),
                long.MaxValue,
                default
            );

            Assert.InRange(held, 20 * Mebibyte, 21 * Mebibyte);
            await host.Client.RemoveAsync(container.ContainerId, force: true, default);
            await networks.RemoveAsync("app", default);
        }
        finally
        {
            await host.DestroyAsync(default);
        }
    }

    private static async Task<SeenContainer> StartedAsync(
        DockerClient client,
        ContainerSpec spec,
        string volumeRoot = "/volumes"
    )
    {
        var id = await client.CreateAsync(spec, default);
        await client.StartAsync(id, default);
        var inspect = (await client.InspectAsync(id, default))!;
        return SomeContainer.Of(id).Storing(inspect, volumeRoot);
    }

    private Task<long> LayerAsync(SeenContainer container) => MeasureAsync(new LayerHolder(container));

    private Task<long> MeasureAsync(DiskHolder holder, long enough = long.MaxValue) =>
        new DiskMeter(engine.Client.WrittenAsync, engine.Host.Folder).MeasureAsync(holder, enough, default);

    private Task ShellAsync(SeenContainer container, string script, DockerClient? client = null) =>
        engine.ExecAsync(container.ContainerId, script, client);
}
