using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

/// <summary>A read is counted once, whoever decides it again.</summary>
public sealed class CountedReadsTests
{
    [Fact]
    public async Task What_the_edge_has_counted_is_one_read_of_one_resource()
    {
        await using var acme = await StartAsync(pump: false);
        var (web, api) = (Resource.App("staging", "web"), Resource.App("staging", "api"));
        var caller = Developer with { Counted = CountedReads.Of(Operations.AppGet, web) };
        var gate = acme.Host.Get<IGate>();

        Ok(await gate.AuthorizeAsync(caller, Operations.AppGet, web));
        Ok(await gate.AuthorizeAsync(caller, Operations.AppGet, api));
        Ok(await gate.AuthorizeAsync(caller, Operations.BuildGet, web));

        await acme.Host.Store.Usage.FlushAsync();
        var uses = await acme.Host.Store.History.ReadAsync("acme", DateTimeOffset.UnixEpoch, Developer.Principal);
        Assert.Equal(
            [("app.get", "staging/api", 1), ("build.get", "staging/web", 1)],
            uses.Select(use => (use.Operation, use.Resource.ToString(), use.Count)).Order()
        );
    }

    [Fact]
    public async Task What_was_counted_is_not_carried_into_jobs()
    {
        await using var acme = await StartAsync(pump: false);
        var app = Ok(await acme.App().CreateAsync(Developer, null));
        var caller = Developer with { Counted = CountedReads.Of(Operations.AppGet, Resource.Of(app.Ref)) };
        var build = new BuildRef(app.Ref, acme.Host.Get<IIdSource>().Letters('B'));

        Ok(
            await acme
                .Host.Grains.GetGrain<IBuildGrain>(build.ToString())
                .StartAsync(caller, new StartBuild { Source = await acme.UploadAsync(app) })
        );

        var job = Assert.Single(await acme.JobsAsync(BuildJob.Kind));
        Assert.Equal((Developer.Principal.Id, null), (job.Job.Caller.Principal.Id, job.Job.Caller.Counted));
    }
}
