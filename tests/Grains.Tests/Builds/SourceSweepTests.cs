using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Builds;

public sealed class SourceSweepTests
{
    [Fact]
    public async Task Uploads_older_than_a_day_go_but_for_those_that_a_build_waits_for()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var done = await acme.BuildAsync();
        await acme.Host.RestartAsync(pump: false);
        var waiting = await acme
            .Host.Grains.GetGrain<IBuildGrain>((await acme.StartBuildAsync()).ToString())
            .GetAsync(Developer);
        acme.Host.Time.Shift(TimeSpan.FromHours(25));

        var store = acme.Host.Store;
        await new SourceSweep(store, acme.Host.Get<IRecorder>(), acme.Host.Get<IIdSource>(), acme.Host.Time).RunAsync(
            default
        );

        Assert.Null(await store.Objects.FindAsync("acme", done.Source));
        Assert.NotNull(await store.Objects.FindAsync("acme", Ok(waiting).Source));
    }
}
