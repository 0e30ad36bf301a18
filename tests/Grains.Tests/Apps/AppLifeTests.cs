using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Logs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed class AppLifeTests
{
    [Fact]
    public async Task An_app_is_created_once_and_only_on_a_rack_that_exists()
    {
        await using var acme = await StartAsync();

        var app = await acme.CreateAppAsync();

        Assert.Equal(("web", "", 10), (app.Name, app.Release, app.Id.Length));
        Assert.Equal("app.exists", Code(await acme.App().CreateAsync(Developer, null)));
        Assert.Equal("app.name_reserved", Code(await acme.App("rack").CreateAsync(Developer, null)));
        Assert.Equal("app.generation_invalid", Code(await acme.App("api").CreateAsync(Developer, "9")));
        Assert.Equal(
            "rack.not_found",
            Code(await acme.Host.Grains.GetGrain<IAppGrain>("acme/prod/web").CreateAsync(Developer, null))
        );
        Assert.Equal("app.not_found", Code(await acme.App("api").GetAsync(Developer)));
    }

    [Fact]
    public async Task A_locked_app_is_not_deleted()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();

        Ok(await acme.App().UpdateAsync(Developer, new UpdateApp(true, null)));
        Assert.Equal("app.locked", Code(await acme.App().DeleteAsync(Developer)));

        Ok(await acme.App().UpdateAsync(Developer, new UpdateApp(false, null)));
        Ok(await acme.App().DeleteAsync(Developer));
        await GoneAsync(acme);
    }

    [Theory]
    [InlineData("", "v", "app.parameter_invalid")]
    [InlineData("a\0b", "v", "app.parameter_invalid")]
    [InlineData("a", "line\nbreak", "app.parameter_invalid")]
    [InlineData("a", "v", "ok")]
    public async Task Parameters_are_one_line_with_a_name(string key, string value, string code)
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();

        var parameters = ImmutableSortedDictionary<string, string>.Empty.Add(key, value);

        Assert.Equal(code, Code(await acme.App().UpdateAsync(Developer, new UpdateApp(null, parameters))));
    }

    [Fact]
    public async Task A_re_created_app_meets_nothing_of_its_predecessor()
    {
        await using var acme = await StartAsync();
        var (before, build) = await acme.DeployAsync();
        var release = await acme.SetEnvAsync("SECRET=one");
        var masked = (await acme.EnvAsync(release.Id, Auditor)).Text.Reveal();
        await acme.Host.Store.Logs.AppendAsync(
            "app/acme/staging/web",
            [new LogLine(DateTimeOffset.UnixEpoch, "service/web/x", "old line")]
        );

        Ok(await acme.App().DeleteAsync(Developer));
        await GoneAsync(acme);
        Assert.False(acme.Host.Rack.Has(before.Id));
        var after = await acme.CreateAppAsync();

        Assert.NotEqual(before.Id, after.Id);
        string[] kinds = [ViewKinds.Release, ViewKinds.Build, ViewKinds.Environment, ViewKinds.EnvironmentChange];
        foreach (var kind in kinds)
        {
            Assert.Equal(0, await acme.Host.Store.Views.CountAsync("acme", kind, "staging/web/"));
        }

        Assert.Equal("release.not_found", Code(await acme.App().ReadEnvironmentAsync(Developer, release.Id)));
        Assert.Equal(
            "release.not_found",
            Code(await acme.App().PromoteAsync(Developer, new PromoteRelease(build.Release, false, null)))
        );
        Assert.Equal(
            "build.not_found",
            Code(await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Build = build.Id }))
        );
        Assert.Equal(
            "release.not_found",
            Code(
                await acme.App()
                    .CreateReleaseAsync(Developer, new CreateRelease { Environment = new("A=1"), Parent = release.Id })
            )
        );
        Assert.Empty(await acme.Host.Store.Objects.ListAsync("acme", $"app/{before.Id}/", 10));

        // Its version 1 exists again, with another value: the old placeholder must not stand for it.
        await acme.SetEnvAsync("SECRET=two");
        Assert.Equal(
            "env.keep_unknown",
            Code(await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Environment = new(masked) }))
        );
        var lines = new List<LogLine>();
        await foreach (var line in acme.Host.Store.Logs.ReadAsync("app/acme/staging/web", new LogQuery()))
        {
            lines.Add(line);
        }

        Assert.DoesNotContain(lines, l => l.Text == "old line");
    }

    [Fact]
    public async Task A_build_that_outlives_its_app_is_not_the_next_ones()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var held = new TaskCompletionSource();
        acme.Host.Rack.Build = async (input, _, _) =>
        {
            await held.Task;
            return FakeRackProvider.Output(input.BuildId);
        };
        var build = await acme.StartBuildAsync();
        await Eventually.True(() => acme.Host.Rack.Builds == 1, "the build runs");

        Ok(await acme.App().DeleteAsync(Developer));
        await GoneAsync(acme);
        await acme.CreateAppAsync();
        held.SetResult();

        var over = await acme.BuildOverAsync(build);
        Assert.Equal(("failed", true), (over.Status, over.Orphaned));
        Assert.Equal(0, await acme.Host.Store.Views.CountAsync("acme", ViewKinds.Release, "staging/web/"));
        Assert.Equal(0, await acme.Host.Store.Views.CountAsync("acme", ViewKinds.Build, "staging/web/"));
    }

    [Fact]
    public async Task Deleting_while_updating_ends_the_update()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var build = await acme.BuildAsync();
        acme.Host.Rack.Behave(build.Release, Behaviour.NeverHealthy);
        Ok(await acme.App().PromoteAsync(Developer, new PromoteRelease(build.Release, false, null)));
        await acme.StatusAsync(AppStatus.Updating);

        Ok(await acme.App().DeleteAsync(Developer));

        await GoneAsync(acme);
        Assert.Equal(1, acme.Host.Rack.Deletes);
    }

    [Fact]
    public async Task S16_a_creation_whose_author_lost_the_right_is_undone_and_a_deletion_stops()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        await acme.Host.RestartAsync(pump: false);
        Ok(await acme.App("api").CreateAsync(Developer, null));

        // A job of the system itself, which looks at the same app, is before those of the developer.
        Ok(await acme.App("api").ReportDriftAsync(Acme.System, "a process ended"));
        Ok(await acme.App().ReportDriftAsync(Acme.System, "a process ended"));
        Ok(await acme.App().DeleteAsync(Developer));
        Ok(await acme.Org.RemoveMemberAsync(Administrator, Developer.Principal.Id));

        await acme.Host.RestartAsync();

        await GoneAsync(acme, "api");
        var kept = await acme.StatusAsync(AppStatus.Running);
        Assert.Contains("may no longer", kept.LastFailure, StringComparison.Ordinal);

        Ok(await acme.App().DeleteAsync(RackOperator));
        await GoneAsync(acme);
    }

    private static Task GoneAsync(Acme acme, string name = "web") =>
        Eventually.Of(
            async () => Code(await acme.App(name).GetAsync(Administrator)),
            code => code == "app.not_found",
            $"{name} is gone"
        );
}
