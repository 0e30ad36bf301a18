using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Tests.Build;

namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>What builds leave on a real rack, and its end.</summary>
[Trait("Needs", "root, podman")]
public sealed class RackImagesTests : IAsyncLifetime
{
    private const string AppId = "app-0123456789";
    private const string Taken = "docker.io/library/taken:1";
    private const string Idle = "docker.io/library/idle:1";

    private RackOfOne _rack = null!;
    private int _builds;

    /// <summary>Whatever nothing needs now goes.</summary>
    public async Task InitializeAsync() => _rack = await RackOfOne.StartAsync(o => o.KeepUnusedImages = TimeSpan.Zero);

    public async Task DisposeAsync() => await _rack.DisposeAsync();

    [Fact]
    public async Task Pulled_images_go_but_not_one_of_which_a_kept_image_is_made()
    {
        await PullAsync(Taken, Idle);
        var (id, built) = await BuildAsync($"FROM {Taken}\nCOPY hello /hello\n");
        Assert.True(built.Ok, built.Problem?.Text);

        Assert.Equal([Idle], (await SweepAsync()).Bases.ToArray());

        Assert.Equal([Taken], await PulledAsync());
        Assert.NotNull(await Engine(e => e.InspectImageAsync(built.Value.Images["web"], default)));
        Assert.True((await SweepAsync()).IsNothing);
        Assert.True((await _rack.Provider.RemoveBuildAsync(_rack.App, AppId, id)).Ok);
        Assert.Equal([Taken], (await SweepAsync()).Bases.ToArray());
        Assert.Empty(await Engine(e => e.ListImagesAsync([], default)));
    }

    [Fact]
    public async Task One_on_which_a_process_runs_stays_until_it_has_gone()
    {
        await PullAsync(Idle);
        var container = await Engine(engine =>
            engine.CreateAsync(
                new ContainerSpec
                {
                    Name = "one",
                    Image = Idle,
                    Network = "podman",
                    Labels = ImmutableDictionary<string, string>.Empty,
                    MemoryBytes = 64 << 20,
                    MilliCpu = 0,
                },
                default
            )
        );

        Assert.True((await SweepAsync()).IsNothing);
        await Engine(e => e.RemoveAsync(container, force: true, default));

        Assert.Equal([Idle], (await SweepAsync()).Bases.ToArray());
    }

    [Fact]
    public async Task Layers_of_a_failed_build_go()
    {
        await PullAsync(Taken);
        var (_, failed) = await BuildAsync($"FROM {Taken}\nCOPY hello /hello\nRUN [\"/bin/busybox\", \"false\"]\n");
        Assert.Equal("build.failed", failed.Problem?.Code);

        var left = await SweepAsync();

        Assert.True(left.Layers > 0, "no layers of the failed build went");
        Assert.Empty(await Engine(e => e.ListImagesAsync([], default)));
    }

    [Fact]
    public async Task What_is_not_old_enough_stays()
    {
        await _rack.DisposeAsync();
        _rack = await RackOfOne.StartAsync();
        await PullAsync(Idle);
        await BuildAsync($"FROM {Idle}\nCOPY hello /hello\nRUN [\"/bin/busybox\", \"false\"]\n");
        var before = await Engine(e => e.ListImagesAsync([], default));

        Assert.True((await SweepAsync()).IsNothing);

        Assert.Equal(before.Select(i => i.Id), (await Engine(e => e.ListImagesAsync([], default))).Select(i => i.Id));
    }

    [Fact]
    public async Task A_sweep_waits_for_a_build_that_has_begun_which_keeps_what_it_begins_with()
    {
        await PullAsync(Taken);
        var begun = new TaskCompletionSource();
        var lines = new ConcurrentQueue<string>();
        var building = BuildAsync(
            $"FROM {Taken}\nRUN [\"/bin/busybox\", \"sleep\", \"1\"]\nCOPY hello /hello\n",
            line =>
            {
                lines.Enqueue(line);
                if (line.Contains("RUN", StringComparison.Ordinal))
                {
                    begun.TrySetResult();
                }
            }
        );
        await begun.Task;

        var swept = await SweepAsync();
        Assert.Contains(lines, line => line.StartsWith("COMMIT", StringComparison.Ordinal));

        var (_, built) = await building;
        Assert.True(built.Ok, built.Problem?.Text);
        Assert.Empty(swept.Bases);
        Assert.Equal([Taken], await PulledAsync());
    }

    [Fact]
    public async Task Of_a_build_and_a_sweep_that_begin_at_once_either_is_first_and_nothing_is_half_done()
    {
        for (var round = 0; round < 8; round++)
        {
            await PullAsync(Taken);
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sweeping = AfterAsync(start.Task, SweepAsync);
            var building = AfterAsync(start.Task, () => BuildAsync($"FROM {Taken}\nCOPY hello /hello\n"));
            start.SetResult();

            var swept = await sweeping;
            var (id, built) = await building;

            // There is no registry here: a build that came second can't have what is gone, and says what it lacks.
            Assert.Equal(!built.Ok, swept.Bases.Contains(Taken));
            Assert.Equal(built.Ok ? [Taken] : [], await PulledAsync());
            if (built.Ok)
            {
                Assert.NotNull(await Engine(e => e.InspectImageAsync(built.Value.Images["web"], default)));
                Assert.True((await _rack.Provider.RemoveBuildAsync(_rack.App, AppId, id)).Ok);
            }
        }
    }

    private static async Task<T> AfterAsync<T>(Task start, Func<Task<T>> act)
    {
        await start;
        return await act();
    }

    private async Task<LeftImages> SweepAsync()
    {
        var swept = await _rack.Provider.RemoveLeftImagesAsync(_rack.Rack.Ref);
        Assert.True(swept.Ok, swept.Problem?.Text);
        return swept.Value;
    }

    private async Task<(string Id, Result<BuildOutput> Output)> BuildAsync(
        string dockerfile,
        Action<string>? told = null
    )
    {
        var id = "B" + new string((char)('A' + _builds++), 10);
        var source = RawTar.Of(
            Text("convox.yml", "services:\n  web:\n    build: .\n"),
            Text("Dockerfile", dockerfile),
            Text("hello", id)
        );
        var input = new BuildInput
        {
            App = _rack.App,
            AppId = AppId,
            BuildId = id,
            Source = new MemoryStream(RawTar.Packed(source)),
            ManifestFile = "convox.yml",
            Environment = new(ImmutableSortedDictionary<string, string>.Empty),
        };
        var output = await _rack.Provider.BuildAsync(
            input,
            line =>
            {
                told?.Invoke(line);
                return ValueTask.CompletedTask;
            }
        );
        return (id, output);
    }

    private static PaxTarEntry Text(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    /// <summary>Images as if a registry had given them, each of a layer of its own.</summary>
    private async Task PullAsync(params string[] names)
    {
        foreach (var name in names)
        {
            var layer = RawTar.Of(
                Text("name", name),
                new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox")
                {
                    Mode = (UnixFileMode)0x1ED,
                    DataStream = new MemoryStream(await File.ReadAllBytesAsync("/bin/busybox")),
                }
            );
            var config = Encoding.UTF8.GetBytes(
                $$"""
                {
                  "architecture": "amd64",
                  "os": "linux",
                  "config": {"Cmd": ["/bin/busybox"]},
                  "history": [{"created_by": "hand"}],
                  "rootfs": {"type": "layers", "diff_ids": ["sha256:{{OciImage.Digest(layer)}}"]}
                }
                """
            );
            using var tar = new MemoryStream(OciImage.Tarred(OciImage.Parts(layer, config)));
            var before = await Engine(e => e.ListImagesAsync([], default));
            await Engine(e => e.LoadImageAsync(tar, default));
            var loaded = (await Engine(e => e.ListImagesAsync([], default))).Single(i => before.All(b => b.Id != i.Id));
            var cut = name.LastIndexOf(':');
            await Engine(e => e.TagImageAsync(loaded.Id, name[..cut], name[(cut + 1)..], default));
            foreach (var other in (loaded.RepoTags ?? []).Where(tag => tag != name))
            {
                await Engine(e => e.RemoveImageAsync(other, force: false, default));
            }
        }
    }

    private async Task<IEnumerable<string>> PulledAsync() =>
        (await Engine(e => e.ListImagesAsync([], default)))
            .SelectMany(image => image.RepoTags ?? [])
            .Where(name => name.StartsWith("docker.io/", StringComparison.Ordinal));

    private Task Engine(Func<DockerClient, Task> ask) =>
        Engine(async engine =>
        {
            await ask(engine);
            return 0;
        });

    private async Task<T> Engine<T>(Func<DockerClient, Task<T>> ask)
    {
        using var engine = new DockerClient(_rack.Folder.SocketPath("podman.sock"), TimeProvider.System);
        return await ask(engine);
    }
}
