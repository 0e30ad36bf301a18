using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Jobs;

public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task A_limit_of_jobs_that_wait_or_run_is_never_passed_by_appends_beside_each_other()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("other"), Job("elsewhere", org: "beta", kind: "build.run"));
        await ClaimAsync("n1");
        var appends = Enumerable.Range(0, 20).Select(i => Limited($"j{i}")).ToList();

        var results = await Task.WhenAll(appends.Select(append => Store.Journal.AppendAsync(append)));

        Assert.Equal(7, results.Count(result => result is Appended));
        Assert.Equal(13, results.Count(result => result is LimitReached { Kind: "build.run" }));
        Assert.Equal(7, (await Store.Jobs.ListAsync(new("acme") { Kind = "build.run" })).Length);
        var refused = appends[Array.FindIndex(results, result => result is LimitReached)];

        // Until one has ended.
        var running = (await Store.Jobs.ClaimAsync("n1", 1))[0];
        Assert.IsType<LimitReached>(await Store.Journal.AppendAsync(refused));
        Assert.True(await Store.Jobs.EndAsync(running.Fence, new JobEnd.Done()));
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(refused));
        Assert.IsType<LimitReached>(await Store.Journal.AppendAsync(Limited("late")));

        static Append Limited(string job) =>
            new()
            {
                Org = "acme",
                Jobs = [Job(job, kind: "build.run")],
                JobLimits = [new("build.run", 7)],
            };
    }
}
