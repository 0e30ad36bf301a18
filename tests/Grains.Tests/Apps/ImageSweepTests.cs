using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Silo.Racks;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed class ImageSweepTests
{
    [Fact]
    public async Task What_builds_left_on_a_rack_goes_and_is_recorded_once_with_its_names()
    {
        await using var acme = await StartAsync(pump: false);
        acme.Host.Rack.Left = new LeftImages(["docker.io/library/node:20"], 3);

        await acme.Host.Get<ImageSweep>().RunAsync(default);
        await acme.Host.Get<ImageSweep>().RunAsync(default);

        var record = Assert.Single(await acme.RecordsAsync("rack.prune", EntryResult.Ok));
        Assert.Equal(PrincipalKind.System, record.Actor.Kind);
        Assert.Contains("docker.io/library/node:20", record.Body, StringComparison.Ordinal);
        Assert.Contains("\"layers\":\"3\"", record.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rack_that_is_not_ready_is_left_to_the_next_sweep()
    {
        await using var acme = await StartAsync(pump: false);
        acme.Host.Rack.Left = new LeftImages([], 3);
        acme.Host.Rack.Ready = false;

        await acme.Host.Get<ImageSweep>().RunAsync(default);
        Assert.Empty(await acme.RecordsAsync("rack.prune"));

        acme.Host.Rack.Ready = true;
        await acme.Host.Get<ImageSweep>().RunAsync(default);
        Assert.Single(await acme.RecordsAsync("rack.prune"));
    }
}
