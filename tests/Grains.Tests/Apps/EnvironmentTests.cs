using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

public sealed partial class EnvironmentTests
{
    [Fact]
    public async Task S19_who_may_not_reveal_sees_names_and_placeholders_that_keep_the_values()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        var first = await acme.SetEnvAsync("PASSWORD=hunter22\nCOLOR=red");

        var masked = await acme.EnvAsync(first.Id, Deployer);
        Assert.True(masked.Masked);
        Assert.DoesNotContain("hunter22", masked.Text.Reveal(), StringComparison.Ordinal);
        Assert.Equal(["COLOR", "PASSWORD"], Ok(EnvironmentText.Parse(masked.Text.Reveal())).Keys);

        var second = await acme.SetEnvAsync(masked.Text.Reveal() + "\nMORE=1", by: Deployer);
        Assert.Equal("env add:MORE", second.Description);
        Assert.Equal("COLOR=red\nMORE=1\nPASSWORD=hunter22", (await acme.EnvAsync(second.Id)).Text.Reveal());
    }

    [Fact]
    public async Task S19_what_is_kept_unseen_is_masked_for_whoever_asks_and_is_no_reveal()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        var first = await acme.SetEnvAsync("PASSWORD=hunter22");

        var masked = Ok(await acme.App().MaskedEnvironmentAsync(Developer, first.Id));
        var copy = await acme.SetEnvAsync(masked.Text.Reveal());

        Assert.True(masked.Masked);
        Assert.DoesNotContain("hunter22", masked.Text.Reveal(), StringComparison.Ordinal);
        Assert.Empty(await acme.RecordsAsync("app.env.reveal"));
        Assert.Equal("PASSWORD=hunter22", (await acme.EnvAsync(copy.Id)).Text.Reveal());
        Assert.False((await acme.App().MaskedEnvironmentAsync(Outsider, first.Id)).Ok);
    }

    [Theory]
    [InlineData("palisade:keep:1:00000000000000000000000000000000")]
    [InlineData("palisade:keep:")]
    [InlineData("palisade:keep:99:x")]
    [InlineData("palisade:keep:-1:x")]
    public async Task S19_a_placeholder_that_stands_for_nothing_is_refused(string value)
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        await acme.SetEnvAsync("A=1");

        Assert.Equal(
            "env.keep_unknown",
            Code(await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Environment = new($"A={value}") }))
        );
    }

    [Fact]
    public async Task S19_a_placeholder_of_another_name_or_app_is_refused()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        Ok(await acme.App("api").CreateAsync(Developer, null));
        var release = await acme.SetEnvAsync("A=secret-a\nB=secret-b");
        await acme.SetEnvAsync("A=other", "api");
        var token = Ok(EnvironmentText.Parse((await acme.EnvAsync(release.Id, Auditor)).Text.Reveal()))["A"];

        Assert.Equal(
            "env.keep_unknown",
            Code(await acme.App().CreateReleaseAsync(Deployer, new CreateRelease { Environment = new($"B={token}") }))
        );
        Assert.Equal(
            "env.keep_unknown",
            Code(
                await acme.App("api")
                    .CreateReleaseAsync(Deployer, new CreateRelease { Environment = new($"A={token}") })
            )
        );
    }

    [Fact]
    public async Task S19_fingerprints_are_keyed_per_app()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        Ok(await acme.App("api").CreateAsync(Developer, null));
        await acme.SetEnvAsync("A=same");
        await acme.SetEnvAsync("A=same", "api");

        var rows = await acme.Host.Store.Views.ListAsync(new("acme", ViewKinds.Environment, ""));

        Assert.Equal(2, rows.Select(r => ViewJson.Read<EnvironmentView>(r.Json).Keys["A"]).Distinct().Count());
    }

    [Fact]
    public async Task S19_a_reveal_is_recorded_before_it_is_answered_and_a_masked_read_is_not()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        var release = await acme.SetEnvAsync(string.Join('\n', Enumerable.Range(0, 300).Select(i => $"NAME_{i}=v{i}")));

        await acme.EnvAsync(release.Id, Auditor);
        Assert.Empty(await acme.RecordsAsync("app.env.reveal"));

        await acme.EnvAsync(release.Id, Developer);
        var record = Assert.Single(await acme.RecordsAsync("app.env.reveal"));
        Assert.Equal((EntryResult.Ok, "dev", "staging/web"), (record.Result, record.Actor.Id, record.Resource));
        Assert.Contains(release.Id, record.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_environment_means_none()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        await acme.SetEnvAsync("A=1");

        var empty = await acme.SetEnvAsync("");

        Assert.Equal(("env remove:A", 2), (empty.Description, empty.EnvironmentVersion));
        Assert.Equal("", (await acme.EnvAsync(empty.Id)).Text.Reveal());
        Assert.Equal(
            2,
            Ok(
                await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Description = "x" })
            ).EnvironmentVersion
        );
    }

    [Fact]
    public async Task A_secret_is_nowhere_in_the_data_folder_and_the_log()
    {
        const string Canary = "canary-5f1c0a9e7b";
        await using var acme = await StartAsync();
        FakeRackProvider rack = acme.Host.Rack;
        await acme.CreateAppAsync();
        var release = await acme.SetEnvAsync($"SECRET={Canary}");
        await acme.BuildAsync(command: new() { Source = "", BuildArgs = new($"ARG={Canary}") });
        var active = await acme.SetEnvAsync($"SECRET={Canary}\nA=1");
        var app = await acme.PromoteAsync(active.Id);
        Assert.Equal(Canary, rack.Running(app.Id)[0].Environment["SECRET"]);
        await acme.EnvAsync(release.Id);
        await acme.EnvAsync(release.Id, Auditor);
        Ok(
            await acme.App()
                .RequestProcessAsync(
                    Developer,
                    new RequestProcess { Service = "web", Command = new($"login --password {Canary}") }
                )
        );
        Assert.Equal(
            "env.keep_unknown",
            Code(
                await acme.App()
                    .CreateReleaseAsync(
                        Developer,
                        new CreateRelease { Environment = new($"SECRET={Canary}\nB=palisade:keep:9:x") }
                    )
            )
        );
        Assert.Contains("[redacted]", (await acme.RecordsAsync("process.run"))[0].Body, StringComparison.Ordinal);

        await acme.Host.CloseAsync();

        Assert.DoesNotContain(acme.Host.Log.Lines, l => l.Contains(Canary, StringComparison.Ordinal));
        var canary = System.Text.Encoding.UTF8.GetBytes(Canary);
        var files = Directory.GetFiles(acme.Host.Folder, "*", SearchOption.AllDirectories);
        var name = System.Text.Encoding.UTF8.GetBytes("staging/web");
        Assert.Contains(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(name) >= 0);
        Assert.All(
            files,
            file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(canary) < 0, $"{file} holds the secret")
        );
    }
}
