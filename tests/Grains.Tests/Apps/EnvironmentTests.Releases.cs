using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>The releases that changes of an environment make.</summary>
public sealed partial class EnvironmentTests
{
    [Fact]
    public async Task S20_what_was_changed_since_it_was_read_is_a_conflict_that_names_the_keys()
    {
        await using var acme = await StartAsync();
        var (_, build) = await acme.DeployAsync();
        var read = await acme.SetEnvAsync("A=1\nB=1");
        await acme.SetEnvAsync("A=1\nB=2\nC=1");

        var late = await acme.App()
            .CreateReleaseAsync(Developer, new CreateRelease { Environment = new("A=9\nB=1"), Parent = read.Id });

        Assert.Equal("env.moved", late.Problem?.Code);
        Assert.Contains("B, C", late.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal(
            "release.not_found",
            Code(
                await acme.App()
                    .CreateReleaseAsync(
                        Developer,
                        new CreateRelease { Environment = new("A=9"), Parent = "RZZZZZZZZZZ" }
                    )
            )
        );
    }

    [Fact]
    public async Task S20_builds_in_between_are_no_conflict()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var read = await acme.SetEnvAsync("A=1");
        await acme.BuildAsync();

        var written = await acme.SetEnvAsync("A=2", parent: read.Id);

        Assert.Equal("env change:A", written.Description);
    }

    [Fact]
    public async Task S21_a_change_of_the_environment_takes_the_build_that_runs()
    {
        await using var acme = await StartAsync();
        var (_, active) = await acme.DeployAsync();
        var newer = await acme.BuildAsync();

        var release = await acme.SetEnvAsync("A=1\nB=2");

        Assert.Equal(active.Id, release.Build);
        Assert.Equal($"env add:A add:B (on active build {active.Id})", release.Description);
        var named = Ok(
            await acme.App()
                .CreateReleaseAsync(Developer, new CreateRelease { Environment = new("A=2"), Build = newer.Id })
        );
        Assert.Equal(newer.Id, named.Build);
    }

    [Fact]
    public async Task S21_without_an_active_release_it_takes_the_newest_build()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        Assert.Equal("", (await acme.SetEnvAsync("A=1")).Build);
        await acme.BuildAsync();
        var second = await acme.BuildAsync();

        Assert.Equal(
            (second.Id, "env change:A"),
            ((await acme.SetEnvAsync("A=2")).Build, (await acme.SetEnvAsync("A=3")).Description)
        );
    }

    [Fact]
    public async Task Releases_describe_what_they_change()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();

        Assert.Equal("env add:A add:B add:C", (await acme.SetEnvAsync("A=1\nB=1\nC=1")).Description);
        Assert.Equal("env add:D change:B remove:A remove:C", (await acme.SetEnvAsync("B=2\nD=1")).Description);
        var build = await acme.BuildAsync(command: new() { Source = "", Description = "build abc fix" });
        var rows = await acme.Host.Store.Views.GetAsync("acme", ViewKinds.Release, $"staging/web/{build.Release}");
        Assert.Equal("build abc fix", ViewJson.Read<ReleaseView>(rows!).Description);
        var long1 = Ok(
            await acme.App()
                .CreateReleaseAsync(
                    Developer,
                    new CreateRelease { Environment = new("A=5"), Description = new string('é', 5000) + "\0" }
                )
        );
        Assert.Equal(new string('é', 1000), long1.Description);
    }
}
