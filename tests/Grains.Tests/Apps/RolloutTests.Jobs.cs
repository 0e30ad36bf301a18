using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>The job behind a rollout: its right, its rest, its restart.</summary>
public sealed partial class RolloutTests
{
    [Fact]
    public async Task S16_a_rollout_whose_author_lost_the_right_before_its_job_began_is_rolled_back()
    {
        await using var acme = await StartAsync();
        var (_, good) = await acme.DeployAsync();
        var next = await acme.BuildAsync();
        await acme.Host.RestartAsync(pump: false);

        // A job of the system itself, which looks at the same app, is before it.
        Ok(await acme.App().ReportDriftAsync(Acme.System, "a process ended"));
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(next.Release, false, null)));
        Ok(await acme.Org.RemoveMemberAsync(Administrator, Developer.Principal.Id));

        await acme.Host.RestartAsync();

        var after = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal((good.Release, "dev may no longer do this"), (after.Release, after.LastFailure));
        Assert.Contains(
            await acme.RecordsAsync("app.converge"),
            r => r.Event is RolloutFailed { Code: "rollout.denied" }
        );
    }

    [Theory]
    [InlineData("scale")]
    [InlineData("restart")]
    public async Task S16_a_change_of_processes_whose_author_lost_the_right_before_its_job_began_is_rolled_back(
        string change
    )
    {
        await using var acme = await StartAsync();
        var (app, _) = await acme.DeployAsync();
        var before = Running();
        await acme.Host.RestartAsync(pump: false);
        Ok(
            change == "scale"
                ? await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(3, null, null))
                : await acme.App().RestartAsync(Developer, "web")
        );
        Ok(await acme.Org.RemoveMemberAsync(Administrator, Developer.Principal.Id));

        await acme.Host.RestartAsync();

        Assert.Equal("dev may no longer do this", (await acme.StatusAsync(AppStatus.Running)).LastFailure);
        await acme.SettledAsync();
        Assert.Equal(before, Running());

        string[] Running() =>
            [.. acme.Host.Rack.Running(app.Id).Select(process => process.Id).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task S16_what_people_of_an_organization_asked_for_that_was_suspended_since_is_not_begun()
    {
        await using var acme = await StartAsync();
        var (_, good) = await acme.DeployAsync();
        var next = await acme.BuildAsync();
        await acme.Host.RestartAsync(pump: false);
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(next.Release, false, null)));
        Ok(await acme.Org.SuspendAsync(Operator, "unpaid"));

        await acme.Host.RestartAsync();
        await acme.SettledAsync();
        Ok(await acme.Org.ResumeAsync(Operator));

        Assert.Equal(good.Release, (await acme.StatusAsync(AppStatus.Running)).Release);
    }

    [Fact]
    public async Task Drift_is_one_job_and_the_process_comes_back()
    {
        await using var acme = await StartAsync();
        var (app, _) = await acme.DeployAsync();
        await acme.Host.RestartAsync(pump: false);
        await Eventually.Of(
            async () => (await acme.JobsAsync(ConvergeJob.Kind)).Count(j => j.Status == JobStatus.Queued),
            n => n == 1,
            "the start's own look is queued"
        );
        acme.Host.Rack.Kill(app.Id);

        for (var i = 0; i < 5; i++)
        {
            Ok(await acme.App().ReportDriftAsync(Acme.System, "a process ended"));
        }

        Assert.Single(await acme.JobsAsync(ConvergeJob.Kind), j => j.Status == JobStatus.Queued);
        await acme.Host.RestartAsync();
        await Eventually.True(() => acme.Host.Rack.Running(app.Id).Length == 2, "both processes run");
    }

    [Fact]
    public async Task Drift_during_the_last_look_of_a_running_job_is_not_lost()
    {
        await using var acme = await StartAsync();
        var (app, _) = await acme.DeployAsync();
        var (looking, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        acme.Host.Rack.Observing = async () =>
        {
            looking.TrySetResult();
            await go.Task;
        };
        Ok(await acme.App().ReportDriftAsync(Acme.System, "look"));
        await looking.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Ok(await acme.App().ReportDriftAsync(Acme.System, "a process ended"));

        Assert.Contains(await acme.JobsAsync(ConvergeJob.Kind), j => j.Status == JobStatus.Queued);
        go.SetResult();
        acme.Host.Rack.Kill(app.Id);
        await Eventually.True(() => acme.Host.Rack.Running(app.Id).Length == 2, "both processes run");
    }

    [Fact]
    public async Task A_step_that_fails_at_once_is_not_tried_without_rest()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var build = await acme.BuildAsync();
        acme.Host.Rack.Stepping = _ => new Unavailable("x.full", "the disk is full");

        await acme.PromoteAsync(build.Release, timeout: 5);

        Assert.InRange(acme.Host.Rack.Steps, 2, 30);
    }

    [Fact]
    public async Task A_server_that_ends_in_the_middle_goes_on_where_it_was()
    {
        await using var acme = await StartAsync();
        var (app, _) = await acme.DeployAsync();
        var next = await acme.BuildAsync();
        var held = true;
        acme.Host.Rack.Stepping = s => held && s.Address == "web#1" ? new Unavailable("x.busy", "busy") : null;
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(next.Release, false, null)));
        await Eventually.True(
            () => acme.Host.Rack.Running(app.Id).Length == 3,
            "one of two new ones runs beside the old ones"
        );

        await acme.Host.RestartAsync(pump: false);
        held = false;
        Assert.Equal(AppStatus.Updating, Ok(await acme.App().GetAsync(Developer)).Status);
        await acme.Host.RestartAsync();

        var after = await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
        Assert.Equal((next.Release, null), (after.Release, after.LastFailure));
        Assert.Equal([next.Release, next.Release], acme.Host.Rack.Running(app.Id).Select(p => p.Release));
    }
}
