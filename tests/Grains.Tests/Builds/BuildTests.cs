using System.Collections.Immutable;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;
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
    public async Task A_build_that_fails_says_why_and_makes_no_release()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        acme.Host.Rack.Build = static (_, _, _) =>
            Task.FromResult<Result<BuildOutput>>(new Invalid("build.step_failed", "RUN make exited with 2"));

        var build = await acme.BuildAsync();

        Assert.Equal((BuildStatus.Failed, "RUN make exited with 2"), (build.Status, build.Reason));
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
    public async Task A_cancelled_build_has_failed()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        acme.Host.Rack.Build = static async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return new Invalid("x", "x");
        };
        var build = await acme.StartBuildAsync();
        await Eventually.True(() => acme.Host.Rack.Builds == 1, "the build runs");

        Assert.True(await acme.Host.Store.Jobs.CancelAsync("acme", $"build-{build.Id}"));

        Assert.Equal(
            (BuildStatus.Failed, "cancelled"),
            ((await acme.BuildOverAsync(build)).Status, (await acme.BuildOverAsync(build)).Reason)
        );
    }

    [Fact]
    public async Task A_build_that_waits_is_cancelled_and_its_followers_are_told()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());

        Ok(await grain.CancelAsync(Developer));

        var over = Ok(await grain.GetAsync(Developer));
        Assert.Equal((BuildStatus.Failed, $"cancelled by {Developer.Principal.Name}"), (over.Status, over.Reason));
        Assert.Equal("build.over", Code(await grain.CancelAsync(Developer)));
        await acme.Host.RestartAsync();
        await Eventually.Of(
            () => acme.JobsAsync(BuildJob.Kind),
            jobs => jobs.Single().Status == JobStatus.Cancelled,
            "the job is cancelled"
        );
        Assert.Equal([$"ERROR: {over.Reason}"], await LogAsync(acme, build.Id));
        Assert.Equal(0, acme.Host.Rack.Builds);
        Assert.Empty(await ReleasesOfAsync(acme, build.Id));
    }

    [Fact]
    public async Task A_build_that_runs_is_stopped_when_it_is_cancelled()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var stopped = new TaskCompletionSource();
        acme.Host.Rack.Build = async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
            stop.ThrowIfCancellationRequested();
            return new Invalid("x", "x");
        };
        var build = await acme.StartBuildAsync();
        await Eventually.True(() => acme.Host.Rack.Builds == 1, "the build runs");

        Ok(await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).CancelAsync(Developer));

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.Of(
            () => acme.JobsAsync(BuildJob.Kind),
            jobs => jobs.Single().Status == JobStatus.Cancelled,
            "the job is cancelled"
        );
        Assert.Equal($"cancelled by {Developer.Principal.Name}", (await acme.BuildOverAsync(build)).Reason);
    }

    [Fact]
    public async Task A_build_that_was_cancelled_while_its_images_were_made_becomes_no_release()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        var claimed = await ClaimAsync(acme);
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
        Ok(await grain.CancelAsync(Developer));

        var refused = await acme.App().CreateBuildReleaseAsync(Developer, claimed, build.Id);

        Assert.Equal("build.over", Code(refused));
        Assert.Equal(
            BuildStatus.Failed,
            Ok(await grain.ReportCompletedAsync(Acme.System, claimed, "RAAAAAAAAAA")).Status
        );
    }

    [Fact]
    public async Task Only_who_may_build_cancels_a_build()
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

        var refused = await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).CancelAsync(Developer);

        Assert.IsType<Forbidden>(refused.Problem);
        Assert.Equal(
            BuildStatus.Running,
            Ok(await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).GetAsync(Administrator)).Status
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

    [Fact]
    public async Task S08_two_builds_of_an_organization_run_at_once_and_others_wait_outside()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var (running, most, go) = (0, 0, new TaskCompletionSource());
        acme.Host.Rack.Build = async (input, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
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
                jobs.Count(j => j.Status == JobStatus.Running) == 2 && jobs.Count(j => j.LastError is not null) == 2,
            "two run and two were sent back"
        );
        go.SetResult();
        foreach (var build in builds)
        {
            Assert.Equal(BuildStatus.Complete, (await acme.BuildOverAsync(build)).Status);
        }

        Assert.Equal(2, most);
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

    /// <summary>Takes the build's job up as a node that will be killed.</summary>
    private static async Task<JobToken> ClaimAsync(Acme acme)
    {
        var jobs = acme.Host.Store.Jobs;
        await jobs.RegisterAsync(new NodeInfo("killed", "", [acme.Host.Get<NodeIdentity>().HostCapability]));
        var claimed = (await jobs.ClaimAsync("killed", 10)).Single(j => j.Job.Kind == BuildJob.Kind);
        return new JobToken(claimed.Job.Id, claimed.Attempt);
    }

    private static async Task<IEnumerable<ReleaseView>> ReleasesOfAsync(Acme acme, string build) =>
        (await acme.Host.Store.Views.ListAsync(new("acme", ViewKinds.Release, "staging/web/")))
            .Select(r => ViewJson.Read<ReleaseView>(r.Json))
            .Where(r => r.Build == build);

    private static async Task<List<string>> LogAsync(Acme acme, string build)
    {
        var lines = new List<string>();
        await foreach (
            var line in acme.Host.Store.Logs.ReadAsync(
                $"build/acme/staging/web/{build}",
                new LogQuery { Follow = true }
            )
        )
        {
            lines.Add(line.Text);
        }

        return lines;
    }
}
