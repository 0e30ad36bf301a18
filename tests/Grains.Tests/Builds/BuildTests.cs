using System.Collections.Immutable;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;
using static Palisade.Grains.Tests.Builds.BuildFacts;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Builds;

public sealed class BuildTests
{
    [Fact]
    public async Task A_build_ends_complete_with_one_release_and_no_arguments_left()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.SetEnvAsync("COLOR=red");
        ImmutableSortedDictionary<string, string>? given = null;
        acme.Host.Rack.Build = async (input, log, _) =>
        {
            given = input.Environment.Reveal();
            await log("STEP 1");
            return FakeRackProvider.Output(input.BuildId);
        };

        var build = await acme.BuildAsync(
            command: new()
            {
                Source = "",
                BuildArgs = new("A=1,2,B=x=y"),
                Description = "d\0d",
            }
        );

        Assert.Equal((BuildStatus.Complete, "dd", null), (build.Status, build.Description, build.BuildArgs));
        Assert.Equal([("A", "1,2"), ("B", "x=y"), ("COLOR", "red")], given!.Select(p => (p.Key, p.Value)));
        Assert.Single(await ReleasesOfAsync(acme, build.Id));
        Assert.Equal(["STEP 1", $"Build complete: release {build.Release}"], await LogAsync(acme, build.Id));
    }

    [Fact]
    public async Task A_build_that_is_imported_takes_its_images_from_its_archive_and_is_recorded_as_that()
    {
        await using var acme = await StartAsync();
        var app = await acme.CreateAppAsync();
        var build = new BuildRef(app.Ref, "BIMPORTEDAA");
        var command = new StartBuild { Source = await acme.UploadAsync(app), Description = "from elsewhere" };
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
        Assert.IsType<Forbidden>((await grain.ImportAsync(Auditor, command)).Problem);

        Assert.True((await grain.ImportAsync(Developer, command)).Ok);
        var over = await acme.BuildOverAsync(build);

        Assert.Equal((BuildStatus.Complete, true, "from elsewhere"), (over.Status, over.Imported, over.Description));
        Assert.Equal((1, 1), (acme.Host.Rack.Imports, acme.Host.Rack.Builds));
        Assert.Single(await ReleasesOfAsync(acme, build.Id));
        Assert.Single(await acme.RecordsAsync("build.import", EntryResult.Ok));
        Assert.Empty(await acme.RecordsAsync("build.create"));
    }

    [Fact]
    public async Task A_build_that_fails_says_why_and_makes_no_release()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        acme.Host.Rack.Build = static (_, _, _) =>
            Task.FromResult<Result<BuildOutput>>(new Invalid("build.step_failed", "RUN make exited with 2"));

        var build = await acme.BuildAsync();

        Assert.Equal((BuildStatus.Failed, "RUN make exited with 2"), (build.Status, build.Reason));
        var job = await Eventually.Of(
            async () => Assert.Single(await acme.JobsAsync(BuildJob.Kind)),
            job => job.Status > JobStatus.Running,
            "the job of a build that is over"
        );
        Assert.Equal((JobStatus.Failed, build.Reason, build.Id), (job.Status, job.LastError, job.Job.Subject));
        Assert.Empty(await ReleasesOfAsync(acme, build.Id));
        Assert.Contains("ERROR: RUN make exited with 2", await LogAsync(acme, build.Id));
        Assert.Equal(
            "build.not_complete",
            Code(await acme.App().CreateReleaseAsync(Developer, new() { Build = build.Id }))
        );
    }

    [Fact]
    public async Task A_build_whose_job_breaks_each_time_fails_in_the_end()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        acme.Host.Rack.Build = static (_, _, _) => throw new InvalidOperationException("bug");

        var build = await acme.BuildAsync();

        Assert.Equal((BuildStatus.Failed, "InvalidOperationException after 2 attempts"), (build.Status, build.Reason));
        await Eventually.Of(
            () => acme.JobsAsync(BuildJob.Kind),
            jobs => jobs.Single().Status == JobStatus.Dead,
            "the job is dead"
        );
    }

    [Fact]
    public async Task A_build_killed_between_its_images_and_its_release_makes_exactly_one()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        var claimed = await ClaimAsync(acme);
        var output = FakeRackProvider.Output(build.Id);
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
        Ok(await grain.ReportImagesAsync(Acme.System, claimed, output.Images, output.Manifest, ""));
        var made = Ok(await acme.App().CreateBuildReleaseAsync(Developer, claimed, build.Id));

        await acme.Host.RestartAsync();

        var over = await acme.BuildOverAsync(build);
        Assert.Equal((BuildStatus.Complete, made.Id, 0), (over.Status, over.Release, acme.Host.Rack.Builds));
        Assert.Single(await ReleasesOfAsync(acme, build.Id));
    }

    [Fact]
    public async Task S16_a_build_whose_author_lost_the_right_fails()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        Ok(
            await acme.Org.SetMemberRolesAsync(
                Administrator,
                "dev",
                [Palisade.Domain.Orgs.RoleGrant.OnAllRacks(Palisade.Domain.Access.BuiltInRoles.Auditor)]
            )
        );

        await acme.Host.RestartAsync();

        Assert.Equal(
            (BuildStatus.Failed, "dev may no longer build", 0),
            (
                (await acme.BuildOverAsync(build)).Status,
                (await acme.BuildOverAsync(build)).Reason,
                acme.Host.Rack.Builds
            )
        );
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public async Task S08_two_builds_of_an_organization_run_at_once_or_as_its_quota_says_and_others_wait_outside(
        int? quota,
        int atOnce
    )
    {
        await using var acme = await StartAsync();
        Ok(await acme.Org.SetQuotasAsync(Operator, new OrgQuotas { BuildsAtOnce = quota }));
        await acme.CreateAppAsync();
        var (running, most, go) = (0, 0, new TaskCompletionSource());
        acme.Host.Rack.Build = async (input, _, _) =>
        {
            lock (go)
            {
                most = Math.Max(most, ++running);
            }

            await go.Task;
            Interlocked.Decrement(ref running);
            return FakeRackProvider.Output(input.BuildId);
        };
        var builds = new List<BuildRef>();
        for (var i = 0; i < 4; i++)
        {
            builds.Add(await acme.StartBuildAsync());
        }

        await Eventually.Of(
            () => acme.JobsAsync(BuildJob.Kind),
            jobs =>
                jobs.Count(j => j.Status == JobStatus.Running) == atOnce
                && jobs.Count(j => j.LastError is not null) == 4 - atOnce,
            $"{atOnce} run and the others were sent back"
        );
        go.SetResult();
        foreach (var build in builds)
        {
            Assert.Equal(BuildStatus.Complete, (await acme.BuildOverAsync(build)).Status);
        }

        Assert.Equal(atOnce, most);
    }

    [Fact]
    public async Task S08_waiting_builds_of_an_organization_are_bounded()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        for (var i = 0; i < BuildGrain.MaxWaiting; i++)
        {
            await acme.StartBuildAsync();
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => acme.StartBuildAsync());

        Assert.StartsWith("build.limit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S08_of_builds_that_are_started_at_once_as_many_wait_as_may()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));

        var codes = await Task.WhenAll(Enumerable.Range(0, BuildGrain.MaxWaiting + 6).Select(_ => BuildAsync()));

        Assert.Equal(BuildGrain.MaxWaiting, codes.Count(code => code == "ok"));
        Assert.All(codes, code => Assert.Contains(code, (string[])["ok", "build.limit"]));
        Assert.Equal(BuildGrain.MaxWaiting, (await acme.JobsAsync(BuildJob.Kind)).Length);

        Task<string> BuildAsync() =>
            Task.Run(async () =>
            {
                var app = Ok(await acme.App().GetAsync(Developer));
                var build = new BuildRef(app.Ref, acme.Host.Get<IIdSource>().Letters('B'));
                var start = new StartBuild { Source = await acme.UploadAsync(app) };
                return Code(
                    await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).StartAsync(Developer, start)
                );
            });
    }

    [Fact]
    public async Task S08_The_last_place_among_waiting_builds_is_given_once()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        for (var i = 1; i < BuildGrain.MaxWaiting; i++)
        {
            await acme.StartBuildAsync();
        }

        acme.Host.Overtaker.Before<BuildStarted>(() => acme.StartBuildAsync());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => acme.StartBuildAsync());

        Assert.StartsWith("build.limit", error.Message, StringComparison.Ordinal);
        Assert.Equal(BuildGrain.MaxWaiting, (await acme.JobsAsync(BuildJob.Kind)).Length);
    }

    [Fact]
    public async Task S18_a_source_is_an_upload_of_the_same_app()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        var other = Ok(await acme.App("api").CreateAsync(Developer, null));
        var foreign = await acme.UploadAsync(other);
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>("acme/staging/web/BAAAAAAAAAA");

        foreach (var source in new[] { foreign, "app/nothing/here", "", "../x" })
        {
            Assert.Equal(
                "build.source_not_found",
                Code(await grain.StartAsync(Developer, new StartBuild { Source = source }))
            );
        }

        await Assert.ThrowsAnyAsync<Exception>(() =>
            acme.Host.Grains.GetGrain<IBuildGrain>("acme/staging/web/nope").GetAsync(Developer)
        );
    }
}
