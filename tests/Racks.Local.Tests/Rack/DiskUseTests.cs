using System.Collections.Immutable;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class DiskUseTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void S24_a_process_that_wrote_more_than_it_may_is_stopped_and_no_other()
    {
        var now = Use(layers: [("a", 65), ("b", 64), ("gone", 900)]);

        var (container, reason) = Assert.Single(
            now.Exceeding([SomeContainer.Of("a"), SomeContainer.Of("b"), SomeContainer.Of("c")], DiskUse.None, 64, 64)
        );

        Assert.Equal("a", container.ContainerId);
        Assert.Equal(
            "it has written 65 MiB outside of its volumes, more than the 64 MiB that a process may (rack parameter DiskLimit)",
            reason
        );
    }

    [Fact]
    public void S24_full_volumes_stop_who_mounts_them_while_they_grow()
    {
        SeenContainer[] running = [SomeContainer.Of("plain"), SomeContainer.Of("mounts") with { HasVolumes = true }];

        Assert.Empty(Use(volumes: 70).Exceeding(running, DiskUse.None, 64, 64));
        Assert.Empty(Use(volumes: 70).Exceeding(running, Use(volumes: 70), 64, 64));
        Assert.Empty(Use(volumes: 70).Exceeding(running, Use(volumes: 90), 64, 64));
        Assert.Empty(Use(volumes: 64).Exceeding(running, Use(volumes: 60), 64, 64));
        var (container, reason) = Assert.Single(Use(volumes: 70).Exceeding(running, Use(volumes: 60), 64, 64));

        Assert.Equal("mounts", container.ContainerId);
        Assert.Contains("the volumes of shop hold 70 MiB, more than the 64 MiB", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S24_files_that_cannot_be_counted_are_too_many()
    {
        SeenContainer[] running =
        [
            SomeContainer.Of("gone"),
            SomeContainer.Of("slow"),
            SomeContainer.Of("quick"),
            Endless("endless"),
        ];
        var meter = new DiskMeter(
            (id, _) =>
                id switch
                {
                    "gone" => throw new EngineException(404, "no such container"),
                    "slow" => throw new TimeoutException("as the engine's client does"),
                    _ => Task.FromResult(5L),
                },
            new RackFolder("/nowhere")
        );

        var now = await meter.MeasureAsync(running, default);
        var stopped = now.Exceeding(running, DiskUse.None, 64, 64).ToList();

        Assert.Equal(5, now.Layers["quick"]);
        Assert.Equal(["slow", "endless"], stopped.Select(s => s.Container.ContainerId));
        Assert.All(stopped, s => Assert.Contains("more files than can be counted", s.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void S24_volumes_that_cannot_be_counted_stop_who_mounts_them_each_time()
    {
        var mounts = SomeContainer.Of("mounts") with { HasVolumes = true };
        var now = DiskUse.None with { Volumes = Of(SomeContainer.AppId, DiskUse.Uncountable) };

        var (_, reason) = Assert.Single(now.Exceeding([mounts], now, 64, 64));

        Assert.Contains("the volumes of shop hold more files than can be counted", reason, StringComparison.Ordinal);
    }

    /// <summary>Counting ends without a sum: to the program that counts, the folder is not there.</summary>
    private static SeenContainer Endless(string id) =>
        SomeContainer.Of(id) with
        {
            UpperFolder = $"/proc/self/task/{Environment.ProcessId}",
        };

    private static DiskUse Use((string Id, long Mebibytes)[]? layers = null, long volumes = 0) =>
        new(
            (layers ?? []).ToImmutableDictionary(l => l.Id, l => l.Mebibytes * Mebibyte),
            Of(SomeContainer.AppId, volumes * Mebibyte)
        );

    private static ImmutableDictionary<string, long> Of(string id, long bytes) =>
        ImmutableDictionary<string, long>.Empty.Add(id, bytes);
}
