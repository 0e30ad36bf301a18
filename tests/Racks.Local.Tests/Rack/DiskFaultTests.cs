using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>Counting that comes to no good end.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("palisade-meter-").FullName;

    [Theory]
    [InlineData("kill -9 $$", "137")]
    [InlineData("echo \"find: '/a': Too many open files\" >&2; exit 1", "Too many open files")]
    [InlineData("echo \"find: '/a: No such file or directory': Input/output error\" >&2; exit 1", "Input/output error")]
    [InlineData("echo 'find: failed to read at or below /a: No such file or directory' >&2; exit 1", "failed to read")]
    [InlineData("exit 2", "2")]
    public async Task What_keeps_the_count_from_its_end_is_told_and_is_no_sum(string end, string told)
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => MeasureAsync($"echo '8 1'; {end}"));

        Assert.Contains("could not be measured", failure.Message, StringComparison.Ordinal);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_that_saw_nothing_of_what_is_there_is_no_sum() =>
        await Assert.ThrowsAsync<IOException>(() =>
            MeasureAsync("echo \"find: '/a': No such file or directory\" >&2; exit 1")
        );

    [Fact]
    public async Task Files_that_go_while_they_are_counted_leave_the_sum() =>
        Assert.Equal(
            2 * 4096,
            await MeasureAsync("echo '8 1'; echo \"find: '/a': No such file or directory\" >&2; exit 1")
        );

    [Fact]
    public async Task What_is_more_than_enough_stands_however_the_count_would_have_ended() =>
        Assert.Equal(
            2 * 4096,
            await MeasureAsync("echo \"find: '/a': Too many open files\" >&2; echo '8 1'; exec sleep 600", enough: 4096)
        );

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>The place that is measured is a script, which the shell is given as find would be.</summary>
    private async Task<long> MeasureAsync(string script, long enough = long.MaxValue)
    {
        var place = Path.Combine(_root, "place");
        await File.WriteAllTextAsync(place, script);
        var meter = new DiskMeter((_, _) => Task.FromResult(0L), new RackFolder(_root), find: "/bin/sh");
        var holder = new LayerHolder(SomeContainer.Of("any") with { UpperFolder = place });
        return await meter.MeasureAsync(holder, enough, default);
    }
}
