using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Jobs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed partial class RolloutTests
{
    [Fact]
    public async Task A_promote_ends_running_with_the_processes_of_the_release()
    {
        await using var acme = await StartAsync();

        var (app, build) = await acme.DeployAsync();

        Assert.Equal((build.Release, null, null), (app.Release, app.Rollout, app.LastFailure));
        var running = acme.Host.Rack.Running(app.Id);
        Assert.Equal([build.Release, build.Release], running.Select(p => p.Release));
        Assert.Equal("blue", running[0].Environment["COLOR"]);
        Assert.All(await acme.SettledAsync(), j => Assert.Equal(JobStatus.Done, j.Status));
    }

    [Fact]
    public async Task A_release_that_crashes_is_rolled_back_and_the_cause_is_kept()
    {
        await using var acme = await StartAsync();
        var (before, good) = await acme.DeployAsync();
        var bad = await acme.BuildAsync();
        acme.Host.Rack.Behave(bad.Release, Behaviour.Crash);

        var after = await acme.PromoteAsync(bad.Release);

        Assert.Equal((good.Release, "web: exited with code 7 (3 times)"), (after.Release, after.LastFailure));
        var jobs = await acme.SettledAsync();
        Assert.Equal(
            (JobStatus.Failed, after.LastFailure),
            jobs.Where(j => j.Job.Subject == bad.Release).Select(j => (j.Status, j.LastError)).Single()
        );
        Assert.All(acme.Host.Rack.Running(before.Id), p => Assert.Equal(good.Release, p.Release));
        Assert.Equal(
            ["app.rollout_failed", "app.rollout_reverted"],
            (await acme.RecordsAsync("release.converge"))
                .Select(r => EventName(r.Event!))
                .Where(n => n != "app.rollout_succeeded")
                .Reverse()
        );

        var better = await acme.BuildAsync();
        Assert.Null((await acme.PromoteAsync(better.Release)).LastFailure);
    }

    [Fact]
    public async Task A_first_release_that_crashes_leaves_nothing()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var bad = await acme.BuildAsync();
        acme.Host.Rack.Behave(bad.Release, Behaviour.Crash);

        var after = await acme.PromoteAsync(bad.Release);

        Assert.Equal("", after.Release);
        Assert.Empty(acme.Host.Rack.Running(after.Id));
    }

    [Fact]
    public async Task A_release_that_is_not_healthy_in_time_is_rolled_back()
    {
        await using var acme = await StartAsync();
        var (_, good) = await acme.DeployAsync();
        var slow = await acme.BuildAsync();
        acme.Host.Rack.Behave(slow.Release, Behaviour.NeverHealthy);

        var after = await acme.PromoteAsync(slow.Release, timeout: 1);

        Assert.Equal(good.Release, after.Release);
        Assert.StartsWith("not healthy within the time given", after.LastFailure, StringComparison.Ordinal);
        await acme.SettledAsync();
        Assert.All(acme.Host.Rack.Running(after.Id), p => Assert.Equal(good.Release, p.Release));
    }

    [Fact]
    public async Task A_rack_that_breaks_at_every_look_does_not_keep_a_rollout_from_its_deadline()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var build = await acme.BuildAsync();
        acme.Host.Rack.Observing = () => throw new IOException("broken");
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(build.Release, false, 1)));

        var failed = await acme.StatusAsync(AppStatus.Rollback);
        Assert.Equal("the rack did not answer within the time given", failed.LastFailure);

        acme.Host.Rack.Observing = () => Task.CompletedTask;
        await acme.StatusAsync(AppStatus.Running);
    }

    [Fact]
    public async Task A_promote_is_cancelled()
    {
        await using var acme = await StartAsync();
        var (_, good) = await acme.DeployAsync();
        Assert.Equal("app.not_updating", Code(await acme.App().CancelAsync(Developer)));
        var slow = await acme.BuildAsync();
        acme.Host.Rack.Behave(slow.Release, Behaviour.NeverHealthy);
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(slow.Release, false, null)));
        await acme.StatusAsync(AppStatus.Updating);

        var rollout = Ok(await acme.App().GetAsync(Developer)).Rollout!.Id;
        Assert.Equal("app.not_updating", Code(await acme.App().CancelAsync(Developer, "another")));
        Ok(await acme.App().CancelAsync(Developer, rollout));

        var after = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal((good.Release, "cancelled"), (after.Release, after.LastFailure));
        var job = Assert.Single(await acme.SettledAsync(), j => j.Job.Id == ConvergeJob.IdOf(rollout));
        Assert.Equal((JobStatus.Cancelled, "cancelled"), (job.Status, job.LastError));
    }

    [Fact]
    public async Task A_job_that_is_begun_again_after_its_change_was_undone_still_ends_as_the_change_did()
    {
        await using var acme = await StartAsync();
        await acme.DeployAsync();
        var bad = await acme.BuildAsync();
        acme.Host.Rack.Behave(bad.Release, Behaviour.Crash);
        var interrupted = 0;
        acme.Host.Rack.Observing = async () =>
        {
            var undone = Ok(await acme.App().GetAsync(Developer)) is { Rollout: null, LastFailed: not null };
            if (undone && Interlocked.Increment(ref interrupted) == 1)
            {
                throw new IOException("the rack went away");
            }
        };

        var after = await acme.PromoteAsync(bad.Release);

        var job = Assert.Single(await acme.SettledAsync(), j => j.Job.Subject == bad.Release);
        Assert.Equal((JobStatus.Failed, after.LastFailure, true), (job.Status, job.LastError, interrupted > 1));
        Assert.True(job.Attempt > 1, "it was not begun again");
    }

    [Fact]
    public async Task A_promote_does_not_wait_for_what_still_leaves_from_the_one_before()
    {
        await using var acme = await StartAsync();
        await acme.DeployAsync();
        var builds = new[] { await acme.BuildAsync(), await acme.BuildAsync() };
        var (leaving, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        acme.Host.Rack.LookAgain = TimeSpan.FromHours(1);
        acme.Host.Rack.Applying = step =>
        {
            if (step.Change != ChangeKind.Delete)
            {
                return Task.CompletedTask;
            }

            leaving.TrySetResult();
            return left.Task;
        };
        await acme.PromoteAsync(builds[0].Release);
        await leaving.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var after = await acme.PromoteAsync(builds[1].Release);

        Assert.Equal(builds[1].Release, after.Release);
        Assert.Contains(acme.Host.Rack.Running(after.Id), p => p.Release == builds[1].Release);
        left.SetResult();
        await acme.SettledAsync();
        Assert.All(acme.Host.Rack.Running(after.Id), p => Assert.Equal(builds[1].Release, p.Release));
    }

    [Fact]
    public async Task A_rollback_is_a_new_release_of_an_old_build_and_its_environment()
    {
        await using var acme = await StartAsync();
        var (_, first) = await acme.DeployAsync();
        var before = await acme.SetEnvAsync("COLOR=red");
        await acme.PromoteAsync(before.Id);
        var second = await acme.BuildAsync();
        await acme.SetEnvAsync("COLOR=green");
        await acme.PromoteAsync(second.Release);

        var text = (await acme.EnvAsync(before.Id)).Text.Reveal();
        var back = Ok(
            await acme.App()
                .CreateReleaseAsync(Developer, new CreateRelease { Build = before.Build, Environment = new(text) })
        );
        var app = await acme.PromoteAsync(back.Id);

        Assert.Equal((first.Id, back.Id), (back.Build, app.Release));
        Assert.Equal("red", acme.Host.Rack.Running(app.Id)[0].Environment["COLOR"]);
    }

    [Fact]
    public async Task Scale_and_restarts_in_a_row_roll_out_beside_the_release()
    {
        await using var acme = await StartAsync();
        var (app, build) = await acme.DeployAsync();
        Assert.Equal(
            "service.not_found",
            Code(await acme.App().ScaleAsync(Developer, "nope", new ScaleOverride(3, null, null)))
        );
        Assert.Equal(
            "scale.invalid",
            Code(await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(-1, null, null)))
        );

        Ok(await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(3, null, null)));
        await acme.StatusAsync(AppStatus.Running);
        var scaled = acme.Host.Rack.Running(app.Id);
        Assert.Equal(3, scaled.Length);

        for (var i = 0; i < 3; i++)
        {
            Ok(await acme.App().RestartAsync(Developer, "web"));
        }

        var after = await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
        Assert.Equal(
            (3, build.Release, 3),
            (after.Current.Restarts["web"], after.Release, after.Current.Scale["web"].Count)
        );
        var restarted = acme.Host.Rack.Running(app.Id);
        Assert.Equal(3, restarted.Length);
        Assert.Empty(restarted.Select(p => p.Id).Intersect(scaled.Select(p => p.Id)));
    }

    private static string EventName(IDomainEvent e) =>
        e.GetType().GetCustomAttributes(typeof(EventAttribute), false).Cast<EventAttribute>().Single().Name;
}
