using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Keys;
using Palisade.Grains.Tests.Access;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Keys;

/// <summary>Use limits of deploy keys.</summary>
public sealed class KeyUseTests
{
    [Fact]
    public async Task A_use_limit_is_exact_when_many_changes_race_for_it()
    {
        const int Limit = 7;
        await using var acme = await StartAsync();
        string[] apps = ["a", "b", "c", "d"];
        foreach (var app in apps)
        {
            await acme.CreateAppAsync(app);
        }

        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { UseLimit = Limit });
        using var start = new Barrier(20);

        var codes = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Factory.StartNew(
                            async () =>
                            {
                                start.SignalAndWait();
                                return Code(
                                    await acme.App(apps[i % apps.Length])
                                        .CreateReleaseAsync(
                                            issued.AsCaller(),
                                            new CreateRelease { Environment = new($"N={i}") }
                                        )
                                );
                            },
                            CancellationToken.None,
                            TaskCreationOptions.LongRunning,
                            TaskScheduler.Default
                        )
                        .Unwrap()
                )
        );

        Assert.Equal(Limit, codes.Count(c => c == "ok"));
        Assert.All(codes.Where(c => c != "ok"), c => Assert.Equal(DeployKeyProblems.UsedUpCode, c));
        Assert.Equal(Limit, Ok(await acme.Key(issued.Key.Id).GetAsync(Administrator)).Uses);
        Assert.Equal(Limit, (await acme.RecordsAsync("key.use", EntryResult.Ok)).Length);
        Assert.Equal(Limit, (await acme.RecordsAsync("app.env.set", EntryResult.Ok)).Length);
    }

    [Fact]
    public async Task A_deploy_is_one_use_and_can_be_finished_though_it_was_the_last()
    {
        await using var acme = await StartAsync();
        var app = await acme.CreateAppAsync();
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { UseLimit = 1 });

        var build = await DeployAsync(acme, app, issued);

        Assert.Equal(1, Ok(await acme.Key(issued.Key.Id).GetAsync(Administrator)).Uses);
        Assert.Equal(build.Release, (await acme.StatusAsync(AppStatus.Running)).Release);
        Assert.Equal(
            DeployKeyProblems.UsedUpCode,
            Code(await acme.App().CreateReleaseAsync(issued.AsCaller(), new CreateRelease { Environment = new("A=1") }))
        );
        Assert.Equal(
            DeployKeyProblems.UsedUpCode,
            Code(
                await acme.App()
                    .RequestProcessAsync(
                        issued.AsCaller(),
                        new RequestProcess { Service = "web", Command = new("true") }
                    )
            )
        );
        Ok(await acme.App().GetAsync(issued.AsCaller()));
    }

    [Fact]
    public async Task What_fails_is_no_use_and_neither_is_what_a_key_without_a_limit_does()
    {
        await using var acme = await StartAsync();
        var app = await acme.CreateAppAsync();
        var limited = await acme.IssueAsync(AcmeKeys.Spec() with { UseLimit = 1 });

        Assert.Equal(
            "app.not_found",
            Code(
                await acme.App("nope")
                    .CreateReleaseAsync(limited.AsCaller(), new CreateRelease { Environment = new("A=1") })
            )
        );
        Assert.Equal(
            "app.not_found",
            Code(
                await acme.App("nope").PromoteAsync(limited.AsCaller(), new PromoteRelease("RAAAAAAAAAA", false, null))
            )
        );
        Assert.Equal(0, Ok(await acme.Key(limited.Key.Id).GetAsync(Administrator)).Uses);

        var free = await acme.IssueAsync(AcmeKeys.Spec("free"));
        await DeployAsync(acme, app, free);
        Assert.Equal(0, Ok(await acme.Key(free.Key.Id).GetAsync(Administrator)).Uses);
    }

    [Fact]
    public async Task Promoting_what_somebody_else_made_is_a_use()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var build = await acme.BuildAsync();
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { UseLimit = 1 });

        Ok(await acme.App().PromoteAsync(issued.AsCaller(), new PromoteRelease(build.Release, false, null)));

        Assert.Equal(1, Ok(await acme.Key(issued.Key.Id).GetAsync(Administrator)).Uses);
        await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
    }

    [Fact]
    public async Task S18_a_key_stops_only_what_it_started()
    {
        await using var acme = await StartAsync();
        await acme.DeployAsync();
        var (one, two) = (await acme.IssueAsync(AcmeKeys.Spec("one")), await acme.IssueAsync(AcmeKeys.Spec("two")));
        var run = new RequestProcess { Service = "web", Command = new("true") };
        var mine = Ok(await acme.App().RequestProcessAsync(one.AsCaller(), run)).ProcessId;
        var theirs = Ok(await acme.App().RequestProcessAsync(Developer, run)).ProcessId;

        Assert.True(Ok(await acme.App().StartedByAsync(mine)).Starter!.Is(one.AsCaller().Principal));
        Assert.Equal("access.denied", Code(await acme.App().StopProcessAsync(two.AsCaller(), mine)));
        Assert.Equal("access.denied", Code(await acme.App().StopProcessAsync(one.AsCaller(), theirs)));
        Assert.Equal("access.denied", Code(await acme.App().StopProcessAsync(one.AsCaller(), "web-0123456789-abcde")));
        Ok(await acme.App().StopProcessAsync(one.AsCaller(), mine));
        Ok(await acme.App().StopProcessAsync(Developer, theirs));
        Assert.Null(Ok(await acme.App().StartedByAsync(mine)).Starter);
        Assert.Single(
            await acme.RecordsAsync("process.run.stop", EntryResult.Ok),
            r => r.Actor.Kind == PrincipalKind.DeployKey
        );
    }

    [Fact]
    public async Task A_change_of_the_environment_with_a_build_or_a_description_is_not_of_the_environment_alone()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        var caller = (await acme.IssueAsync()).AsCaller();

        Assert.Equal(
            "access.denied",
            Code(
                await acme.App()
                    .CreateReleaseAsync(caller, new CreateRelease { Environment = new("A=1"), Description = "mine" })
            )
        );
        Assert.Equal(
            "access.denied",
            Code(
                await acme.App()
                    .CreateReleaseAsync(caller, new CreateRelease { Environment = new("A=1"), Build = "BAAAAAAAAAA" })
            )
        );
        Assert.Equal(
            "access.denied",
            Code(await acme.App().CreateReleaseAsync(caller, new CreateRelease { Build = "BAAAAAAAAAA" }))
        );
        Ok(await acme.App().CreateReleaseAsync(caller, new CreateRelease { Environment = new("A=1") }));
    }

    [Fact]
    public async Task S16_a_rollout_of_a_key_that_was_deleted_before_its_job_began_is_rolled_back()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppAsync();
        var build = await acme.BuildAsync();
        var issued = await acme.IssueAsync();
        await acme.Host.RestartAsync(pump: false);
        Ok(await acme.App().PromoteAsync(issued.AsCaller(), new PromoteRelease(build.Release, false, null)));
        Ok(await acme.Key(issued.Key.Id).DeleteAsync(Administrator));

        await acme.Host.RestartAsync();

        var app = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal("", app.Release);
        Assert.Contains("may no longer", app.LastFailure, StringComparison.Ordinal);
        await acme.SettledAsync();
    }

    [Fact]
    public void What_no_grain_commits_is_counted_at_the_edge()
    {
        // Nothing of these can be done here yet: their routes refuse.
        Operation[] unsupported =
        [
            Operations.BuildImport,
            Operations.BuildImageImport,
            Operations.BuildUpdate,
            Operations.BuildCancel,
            Operations.ResourceImport,
            Operations.ResourceConsole,
            Operations.RackDelete,
            Operations.RackRuntimeSet,
            Operations.RackAccess,
            Operations.RackAccessRotate,
            Operations.RackEventSend,
            Operations.InstanceTerminate,
            Operations.InstanceKeyroll,
            Operations.RegistryAdd,
            Operations.RegistryRemove,
            Operations.CertCreate,
            Operations.CertDelete,
            Operations.CertConfigSet,
            Operations.RackResourceUpdate,
        ];

        var uncounted = Operations
            .All.Where(o => KeyUses.Count(o) && !o.AdminOnly)
            .Except(KeyUses.AtTheEdge)
            .Except(unsupported)
            .Except([.. GrainMethodTests.CarriedOperations, Operations.ReleaseCreate])
            .Select(o => o.Name);

        Assert.Empty(uncounted);
    }

    /// <summary>What the client's deploy does, without its looking on.</summary>
    private static async Task<BuildState> DeployAsync(Acme acme, AppView app, IssuedKey key)
    {
        var build = new BuildRef(app.Ref, acme.Host.Get<IIdSource>().Letters('B'));
        Ok(
            await acme
                .Host.Grains.GetGrain<IBuildGrain>(build.ToString())
                .StartAsync(key.AsCaller(), new StartBuild { Source = await acme.UploadAsync(app) })
        );
        var over = await acme.BuildOverAsync(build);
        Ok(await acme.App().PromoteAsync(key.AsCaller(), new PromoteRelease(over.Release, false, null)));
        await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
        return over;
    }
}
