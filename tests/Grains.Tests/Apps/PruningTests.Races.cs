using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Apps.PruneFacts;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>Prunes beside other things.</summary>
public sealed partial class PruningTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_build_that_ends_during_or_after_a_prune_loses_nothing(bool during)
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        await BuildsAsync(acme, 2);
        var (made, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        acme.Host.Rack.Build = async (input, _, _) =>
        {
            // Its image is there, and listed, long before it has a release.
            acme.Host.Rack.Keep(input.AppId, input.BuildId, FakeRackProvider.Output(input.BuildId));
            made.TrySetResult();
            await end.Task;
            return FakeRackProvider.Output(input.BuildId);
        };
        var build = await acme.StartBuildAsync();
        await made.Task;
        var (listed, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        acme.Host.Rack.Listed = () =>
        {
            listed.TrySetResult();
            return go.Task;
        };
        await acme.SetEnvAsync("COLOR=green");

        await listed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        if (during)
        {
            end.SetResult();
            await acme.BuildOverAsync(build);
        }

        go.SetResult();
        await PrunedAsync(acme);
        end.TrySetResult();
        var over = await acme.BuildOverAsync(build);

        Assert.Contains(over.Id, acme.Host.Rack.Images(app.Id));
        Assert.Equal(over.Release, (await acme.PromoteAsync(over.Release)).Release);
    }

    [Fact]
    public async Task A_rollback_to_the_oldest_kept_release_during_a_prune_works()
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        var builds = await BuildsAsync(acme, 2);
        var (removing, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        acme.Host.Rack.RemovingBuild = async (_, _) =>
        {
            removing.TrySetResult();
            await go.Task;
            return null;
        };
        await acme.BuildAsync();
        await removing.Task.WaitAsync(TimeSpan.FromSeconds(30));

        // The release of the second build is the oldest that is kept; the rollback itself pushes it out.
        var rollback = Ok(await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Build = builds[1].Id }));
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(rollback.Id, false, null)));
        go.SetResult();

        Assert.Equal(rollback.Id, (await acme.StatusAsync(AppStatus.Running)).Release);
        await PrunedAsync(acme);
        Assert.DoesNotContain(builds[1].Release, await RowsAsync(acme, ViewKinds.Release));
        Assert.Contains(builds[1].Id, acme.Host.Rack.Images(app.Id));
        Assert.DoesNotContain(builds[0].Id, acme.Host.Rack.Images(app.Id));
    }

    [Fact]
    public async Task A_prune_that_is_stopped_in_the_middle_is_finished_after_the_next_start()
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        var rack = acme.Host.Rack;
        rack.RemovingBuild = (_, _) => Task.FromResult<Problem?>(RackProblems.Building(app.Ref.Rack));
        var builds = await BuildsAsync(acme, 6);
        var (begun, removed) = (new TaskCompletionSource(), 0);
        rack.RemovingBuild = async (_, stop) =>
        {
            if (Interlocked.Increment(ref removed) == 2)
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
            }

            return null;
        };
        acme.Host.Time.Shift(TimeSpan.FromMinutes(1));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(5, rack.Images(app.Id).Count());

        rack.RemovingBuild = static (_, _) => Task.FromResult<Problem?>(null);
        await acme.Host.RestartAsync();
        // One may have met the build that was told to be running a moment after the clock moved.
        acme.Host.Time.Shift(TimeSpan.FromMinutes(1));
        await PrunedAsync(acme);

        var kept = builds.TakeLast(2).Select(b => b.Id).Order(StringComparer.Ordinal);
        Assert.Equal(kept, rack.Images(app.Id));
        Assert.Equal(kept, await RowsAsync(acme, ViewKinds.Build));
    }
}
