using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using static Palisade.Grains.Tests.Builds.BuildFacts;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Builds;

public sealed class CancelTests
{
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

        await acme.CancelJobAsync($"build-{build.Id}");

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
        Ok(await acme.Org.SetMemberRolesAsync(Administrator, "dev", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)]));

        var refused = await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).CancelAsync(Developer);

        Assert.IsType<Forbidden>(refused.Problem);
        Assert.Equal(
            BuildStatus.Running,
            Ok(await acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString()).GetAsync(Administrator)).Status
        );
    }

    [Fact]
    public async Task A_cancel_and_its_jobs_end_are_one_write()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        await ClaimAsync(acme);
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());

        Ok(await grain.CancelAsync(Developer));

        // Nothing is left to be done after the answer, so no kill can come before it.
        Assert.True((await acme.JobsAsync(BuildJob.Kind)).Single().CancelRequested);
    }

    [Fact]
    public async Task A_build_with_its_release_is_complete_and_too_late_to_cancel()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        var build = await acme.StartBuildAsync();
        var claimed = await ClaimAsync(acme);
        var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
        var output = FakeRackProvider.Output(build.Id);
        Ok(await grain.ReportImagesAsync(Acme.System, claimed, output.Images, output.Manifest, ""));

        var release = Ok(await acme.App().CreateBuildReleaseAsync(Developer, claimed, build.Id));

        var refused = await grain.CancelAsync(Developer);
        Assert.Equal("build.over", Code(refused));
        Assert.Contains(release.Id, refused.Problem!.Text, StringComparison.Ordinal);
        var over = Ok(await grain.GetAsync(Developer));
        Assert.Equal((BuildStatus.Complete, release.Id), (over.Status, over.Release));
        Assert.Equal(over, Ok(await grain.ReportCompletedAsync(Acme.System, claimed, release.Id)));
    }

    [Fact]
    public async Task A_cancel_that_races_with_the_release_leaves_a_failed_build_without_or_a_complete_one_with()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        for (var round = 0; round < 20; round++)
        {
            var build = await acme.StartBuildAsync();
            var claimed = await ClaimAsync(acme, $"node-{round}");
            var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
            var output = FakeRackProvider.Output(build.Id);
            Ok(await grain.ReportImagesAsync(Acme.System, claimed, output.Images, output.Manifest, ""));

            var making = Task.Run(() => acme.App().CreateBuildReleaseAsync(Developer, claimed, build.Id));
            var cancelled = await Task.Run(() => grain.CancelAsync(Developer));
            var made = await making;

            var over = Ok(await grain.GetAsync(Developer));
            var releases = (await ReleasesOfAsync(acme, build.Id)).ToList();
            Assert.NotEqual(cancelled.Ok, made.Ok);
            Assert.Equal(cancelled.Ok ? BuildStatus.Failed : BuildStatus.Complete, over.Status);
            Assert.Equal(made.Ok ? [over.Release] : [], releases.Select(r => r.Id));
            await acme.Host.Store.Jobs.EndAsync(new JobFence(claimed.JobId, claimed.Attempt), new JobEnd.Done());
        }
    }
}
