using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>What is not begun at all.</summary>
public sealed partial class RolloutTests
{
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
}
