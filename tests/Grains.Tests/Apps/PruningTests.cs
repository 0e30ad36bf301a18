using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Apps.PruneFacts;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed partial class PruningTests
{
    [Fact]
    public async Task S08_what_no_kept_release_needs_goes_with_images_logs_and_rows_and_each_is_recorded()
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        var builds = await BuildsAsync(acme, 5);

        await PrunedAsync(acme);

        var kept = builds.TakeLast(2).Select(b => b.Id).Order(StringComparer.Ordinal).ToList();
        var gone = builds.Take(3).ToList();
        Assert.Equal(kept, acme.Host.Rack.Images(app.Id));
        Assert.Equal(kept, await RowsAsync(acme, ViewKinds.Build));
        Assert.Equal(
            builds.TakeLast(2).Select(b => b.Release).Order(StringComparer.Ordinal),
            await RowsAsync(acme, ViewKinds.Release)
        );
        foreach (var build in gone)
        {
            Assert.Equal(0, await LinesAsync(acme, build.Id));
            var grain = acme.Host.Grains.GetGrain<IBuildGrain>($"acme/staging/web/{build.Id}");
            Assert.Equal("build.pruned", Code(await grain.GetAsync(Developer)));
            Assert.Equal("build.pruned", Code(await grain.CancelAsync(Developer)));
        }

        Assert.All(builds.TakeLast(2), b => Assert.True(LinesAsync(acme, b.Id).Result > 0));
        var records = await acme.RecordsAsync("app.prune", EntryResult.Ok);
        Assert.All(records, r => Assert.Equal(PrincipalKind.System, r.Actor.Kind));
        Assert.Equal(3, records.Count(r => r.Event is ReleasesPruned));
        Assert.Equal(3, records.Count(r => r.Event is BuildPruned));
        Assert.All(
            gone,
            b => Assert.Contains(records, r => r.Event is null && r.Body.Contains(b.Id, StringComparison.Ordinal))
        );
        Assert.All(
            await acme.RecordsAsync("release.create"),
            r => Assert.True(r.Event is null or ReleaseCreated, "a release's maker is no pruner")
        );
    }

    [Fact]
    public async Task Going_back_to_a_pruned_release_is_refused_with_the_reason()
    {
        await using var acme = await StartAsync(settings: Two);
        await acme.CreateAppAsync();
        var builds = await BuildsAsync(acme, 3);
        await PrunedAsync(acme);
        var (id, build) = (builds[0].Release, builds[0].Id);

        var read = await acme.App().ReadEnvironmentAsync(Developer, id);
        var promote = await acme.App().PromoteAsync(Developer, new PromoteRelease(id, false, null));
        var rollback = await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Build = build });
        var run = await acme.App()
            .RequestProcessAsync(
                Developer,
                new RequestProcess
                {
                    Service = "web",
                    Release = id,
                    Command = new("true"),
                }
            );

        Assert.All((string[])[Code(read), Code(promote), Code(run)], code => Assert.Equal("release.pruned", code));
        Assert.Contains("deploy its source again", promote.Problem!.Text, StringComparison.Ordinal);
        Assert.Equal("build.not_found", Code(rollback));
    }

    [Fact]
    public async Task A_release_that_ran_is_kept_for_a_rollback_however_many_came_since()
    {
        await using var acme = await StartAsync(settings: Two);
        var (app, build) = await acme.DeployAsync();
        for (var i = 0; i < 6; i++)
        {
            await acme.SetEnvAsync($"COLOR=c{i}");
        }

        var newer = await BuildsAsync(acme, 3);
        await PrunedAsync(acme);

        Assert.Contains(build.Id, acme.Host.Rack.Images(app.Id));
        await acme.PromoteAsync(newer[^1].Release);
        var rollback = Ok(await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Build = build.Id }));
        Assert.Equal(rollback.Id, (await acme.PromoteAsync(rollback.Id)).Release);
    }

    [Fact]
    public async Task A_prune_waits_for_builds_and_a_rack_that_is_away()
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        acme.Host.Rack.RemovingBuild = (_, _) => Task.FromResult<Problem?>(RackProblems.Building(app.Ref.Rack));
        await BuildsAsync(acme, 3);

        var waiting = await Eventually.Of(
            () => acme.JobsAsync(PruneJob.Kind),
            jobs => jobs.Any(j => j is { Status: JobStatus.Queued, LastError: not null }),
            "the prune waits"
        );

        Assert.Contains(waiting, j => j.LastError == "rack acme/staging is building");
        Assert.Equal(3, acme.Host.Rack.Images(app.Id).Count());
    }

    [Fact]
    public async Task S08_of_failed_builds_the_newest_are_kept_with_their_logs()
    {
        await using var acme = await StartAsync(settings: [("Apps:KeepFailedBuilds", "2")]);
        var app = await acme.CreateAppAsync();
        var good = await acme.BuildAsync();
        acme.Host.Rack.Build = (input, _, _) =>
        {
            acme.Host.Rack.Keep(input.AppId, input.BuildId, FakeRackProvider.Output(input.BuildId));
            return Task.FromResult<Result<BuildOutput>>(new Invalid("build.failed", "the second service failed"));
        };
        var failed = await BuildsAsync(acme, 4);

        await PrunedAsync(acme);

        Assert.Equal(
            failed.TakeLast(2).Append(good).Select(b => b.Id).Order(StringComparer.Ordinal),
            await RowsAsync(acme, ViewKinds.Build)
        );
        // Nothing runs from images of a build that failed at another one.
        Assert.Equal([good.Id], acme.Host.Rack.Images(app.Id));
    }

    [Fact]
    public async Task A_placeholder_of_a_pruned_environment_stands_for_nothing()
    {
        await using var acme = await StartAsync(settings: Two);
        await acme.CreateAppAsync();
        var first = await acme.SetEnvAsync("COLOR=red");
        var masked = (await acme.EnvAsync(first.Id, Deployer)).Text.Reveal();
        Assert.Contains(AppEnvironments.KeepPrefix, masked, StringComparison.Ordinal);
        await acme.SetEnvAsync("COLOR=green");
        await acme.SetEnvAsync("COLOR=blue");

        var late = await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Environment = new(masked) });

        Assert.Equal("env.keep_unknown", Code(late));
    }
}
