using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed class RolloutTests
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
        await acme.SettledAsync();
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

        Ok(await acme.App().CancelAsync(Developer));

        var after = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal((good.Release, "cancelled"), (after.Release, after.LastFailure));
    }

    [Fact]
    public async Task A_promote_waits_its_turn_unless_forced()
    {
        await using var acme = await StartAsync();
        await acme.DeployAsync();
        var slow = await acme.BuildAsync();
        var next = await acme.BuildAsync();
        acme.Host.Rack.Behave(slow.Release, Behaviour.NeverHealthy);
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(slow.Release, false, null)));

        var refused = await acme.App().PromoteAsync(Developer, new PromoteRelease(next.Release, false, null));
        Assert.Equal(("app.updating", 403), (Code(refused), ProblemKinds.Of(refused.Problem!).HttpStatus));
        Assert.Equal(
            "app.updating",
            Code(await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(3, null, null)))
        );
        Assert.Equal("app.updating", Code(await acme.App().RestartAsync(Developer, "web")));

        var after = await acme.PromoteAsync(next.Release, force: true);
        Assert.Equal((next.Release, null), (after.Release, after.LastFailure));
    }

    [Fact]
    public async Task Promote_refuses_what_cannot_run_before_anything_is_touched()
    {
        await using var acme = await StartAsync();
        var (app, first) = await acme.DeployAsync();
        var steps = acme.Host.Rack.Steps;
        acme.Host.Rack.Build = static (input, _, _) =>
            Task.FromResult<Result<Palisade.Racks.BuildOutput>>(
                FakeRackProvider.Output(
                    input.BuildId,
                    "services:\n  web:\n    build: .\n    port: 3000\n    environment:\n      - DATABASE_URL\n"
                )
            );
        var needy = await acme.BuildAsync();
        acme.Host.Rack.Build = static (input, _, _) =>
            Task.FromResult<Result<Palisade.Racks.BuildOutput>>(
                FakeRackProvider.Output(
                    input.BuildId,
                    "resources:\n  db:\n    type: postgres\nservices:\n  web:\n    build: .\n    port: 3000\n"
                )
            );
        var unsupported = await acme.BuildAsync();
        acme.Host.Rack.Build = static (input, _, _) =>
            Task.FromResult<Result<Palisade.Racks.BuildOutput>>(
                FakeRackProvider.Output(input.BuildId, "services:\n  other:\n    build: .\n    port: 3000\n")
            );
        var imageless = await acme.BuildAsync();

        foreach (
            var (release, timeout, code) in new[]
            {
                ("RZZZZZZZZZZ", 10, "release.not_found"),
                (first.Release, 0, "promote.timeout_invalid"),
                (first.Release, 7201, "promote.timeout_invalid"),
                (needy.Release, 10, "env.missing_required"),
                (unsupported.Release, 10, "manifest.unsupported"),
                (imageless.Release, 10, "build.no_image"),
            }
        )
        {
            Assert.Equal(
                code,
                Code(await acme.App().PromoteAsync(Developer, new PromoteRelease(release, false, timeout)))
            );
        }

        Assert.Contains(
            "DATABASE_URL",
            (await acme.App().PromoteAsync(Developer, new PromoteRelease(needy.Release, false, null))).Problem!.Text,
            StringComparison.Ordinal
        );
        Assert.Equal(
            (AppStatus.Running, steps),
            (Ok(await acme.App().GetAsync(Developer)).Status, acme.Host.Rack.Steps)
        );
        Assert.Equal(
            "app.not_found",
            Code(await acme.App("api").PromoteAsync(Developer, new PromoteRelease(first.Release, false, null)))
        );
        Assert.NotNull(app);
    }

    [Fact]
    public async Task A_release_without_a_build_and_one_older_than_the_active_are_not_promoted()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var empty = await acme.SetEnvAsync("A=1");
        Assert.Equal(
            "release.no_build",
            Code(await acme.App().PromoteAsync(Developer, new PromoteRelease(empty.Id, false, null)))
        );
        var old = await acme.BuildAsync();
        var now = await acme.BuildAsync();
        await acme.PromoteAsync(now.Release);

        Assert.Equal(
            "release.older",
            Code(await acme.App().PromoteAsync(Developer, new PromoteRelease(old.Release, false, null)))
        );
        Assert.Equal(now.Release, (await acme.PromoteAsync(now.Release)).Release);
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

        await acme.PromoteAsync(build.Release, timeout: 1);

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

    private static string EventName(IDomainEvent e) =>
        e.GetType().GetCustomAttributes(typeof(EventAttribute), false).Cast<EventAttribute>().Single().Name;
}
