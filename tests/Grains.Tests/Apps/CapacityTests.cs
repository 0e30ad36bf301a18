using Palisade.Domain.Apps;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>What the rack has no memory for.</summary>
public sealed class CapacityTests
{
    [Fact]
    public async Task A_scale_that_does_not_fit_is_refused_at_once_and_changes_nothing()
    {
        await using var acme = await StartAsync();
        var (app, _) = await acme.DeployAsync();
        var memory = 512;
        acme.Host.Rack.Memory = 3 * memory;

        var refused = await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(4, null, null));

        Assert.Equal("rack.too_much_memory", Code(refused));
        Assert.Contains($"{4 * memory} MiB", refused.Problem!.Text, StringComparison.Ordinal);
        Assert.Equal(
            "rack.too_much_memory",
            Code(await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(null, null, 2 * memory)))
        );
        Assert.Equal(AppStatus.Running, (await acme.StatusAsync(AppStatus.Running)).Status);
        Assert.Equal(2, acme.Host.Rack.Running(app.Id).Length);
        Ok(await acme.App().ScaleAsync(Developer, "web", new ScaleOverride(3, null, null)));
    }

    [Fact]
    public async Task A_release_that_does_not_fit_is_refused_before_a_step_is_taken_and_the_old_one_serves_on()
    {
        await using var acme = await StartAsync();
        var (app, first) = await acme.DeployAsync();
        var second = await acme.SetEnvAsync("COLOR=red");
        var steps = acme.Host.Rack.Steps;
        acme.Host.Rack.Memory = 100;

        var after = await acme.PromoteAsync(second.Id);
        await acme.SettledAsync();

        Assert.Equal(first.Release, after.Release);
        Assert.Equal(steps, acme.Host.Rack.Steps);
        Assert.All(acme.Host.Rack.Running(app.Id), process => Assert.Equal(first.Release, process.Release));
        var record = Assert.Single(
            await acme.RecordsAsync("release.converge"),
            r => r.Body.Contains("do not fit", StringComparison.Ordinal)
        );
        Assert.Contains("rack.too_much_memory", record.Body, StringComparison.Ordinal);
    }
}
