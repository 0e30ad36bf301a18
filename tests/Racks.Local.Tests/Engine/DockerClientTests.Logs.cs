using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Tests.Engine;

/// <summary>What containers log.</summary>
public sealed partial class DockerClientTests
{
    [Fact]
    public async Task Logs_follow_keeps_channels_and_ends_with_the_container()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(
            EngineFixture.Spec(
                network,
                "/bin/sh",
                "-c",
                "echo one; echo two >&2; sleep 0.3; printf 'a\\033[31mb\\n'; printf tail"
            ),
            default
        );
        await engine.Client.StartAsync(id, default);

        var lines = new List<LogLine>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var line in engine.Client.LogsAsync(id, new(Follow: true), tty: false, limit.Token))
        {
            lines.Add(line);
        }

        Assert.Equal(
            ["one", "a[31mb", "tail"],
            lines.Where(l => l.Channel == StreamChannel.Stdout).Select(l => l.Text)
        );
        Assert.Equal(["two"], lines.Where(l => l.Channel == StreamChannel.Stderr).Select(l => l.Text));
        Assert.All(lines, l => Assert.NotNull(l.At));
    }

    [Fact]
    public async Task The_log_file_gives_exact_times_and_offsets_to_resume_at()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(
            network,
            "/bin/sh",
            "-c",
            "echo one; sleep 0.2; echo two >&2; sleep 0.2; head -c 20000 /dev/zero | tr '\\0' x; echo; sleep 0.5; echo last"
        ) with
        {
            CgroupParent = RackCgroup.PathOf(engine.Host.Folder),
        };
        var id = await engine.Client.CreateAsync(spec, default);
        await engine.Client.StartAsync(id, default);
        var path = (await engine.Client.InspectAsync(id, default))!.LogPath!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var all = await CollectAsync(path, LogPosition.Start, id, limit.Token);
        var rest = await CollectAsync(path, all[1].Next, id, limit.Token);

        Assert.Equal(["one", "two", new string('x', 20000), "last"], all.Select(l => l.Line.Text));
        Assert.Equal(all.Skip(2).Select(l => l.Line), rest.Select(l => l.Line));
        Assert.Contains(all, l => l.Line.At!.Value.Ticks % TimeSpan.TicksPerSecond != 0);
    }

    private async Task<List<StoredLogLine>> CollectAsync(
        string path,
        LogPosition from,
        string id,
        CancellationToken stop
    )
    {
        var lines = new List<StoredLogLine>();
        await foreach (
            var line in ContainerLogFile.ReadAsync(
                path,
                from,
                async t => !(await engine.Client.InspectAsync(id, t))!.State.Running,
                TimeProvider.System,
                stop
            )
        )
        {
            lines.Add(line);
        }

        return lines;
    }
}
