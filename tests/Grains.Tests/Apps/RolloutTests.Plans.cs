using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>Plans are held to what they began from by the append, and not by a look before it.</summary>
public sealed partial class RolloutTests
{
    private const string TwoServices = """
        services:
          web:
            build: .
            port: 3000
          worker:
            build: .
        """;

    [Fact]
    public async Task Of_promotes_from_one_plan_exactly_one_wins()
    {
        await using var acme = await StartAsync();
        var (_, first) = await acme.DeployAsync();
        var (second, third) = (await acme.BuildAsync(), await acme.BuildAsync());
        PromoteRelease[] planned =
        [
            new(second.Release!, false, null, first.Release),
            new(third.Release!, false, null, first.Release),
        ];

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => acme.App().PromoteAsync(Developer, planned[i % 2]))
        );

        Assert.Single(answers, a => a.Ok);
        Assert.All(answers.Where(a => !a.Ok), a => Assert.Equal("app.updating", Code(a)));
        var after = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal("release.stale_plan", Code(await acme.App().PromoteAsync(Developer, planned[0])));
        Assert.Equal("release.stale_plan", Code(await acme.App().PromoteAsync(Developer, planned[1])));
        Assert.Equal(after.Release, Ok(await acme.App().GetAsync(Developer)).Release);
    }

    [Fact]
    public async Task A_promote_that_is_overtaken_between_its_decision_and_its_append_is_refused()
    {
        await using var acme = await StartAsync();
        var (app, first) = await acme.DeployAsync();
        var (second, third) = (await acme.BuildAsync(), await acme.BuildAsync());
        acme.Host.Overtaker.Before<RolloutStarted>(() => PromoteElsewhereAsync(acme, app, second.Release!));

        var late = await acme.App()
            .PromoteAsync(Developer, new PromoteRelease(third.Release!, false, null, first.Release));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.Equal(
            ("release.stale_plan", $"what runs is {second.Release} now, no longer what this plan began from"),
            (late.Problem!.Code, late.Problem.Message)
        );
    }

    [Fact]
    public async Task Of_restarts_of_all_services_from_one_plan_exactly_one_wins_and_restarts_all()
    {
        await using var acme = await StartAsync();
        acme.Host.Rack.Build = static (input, _, _) =>
            Task.FromResult<Result<BuildOutput>>(
                FakeRackProvider.Output(input.BuildId, TwoServices) with
                {
                    Images = new[] { "web", "worker" }.ToImmutableSortedDictionary(s => s, _ => "image"),
                }
            );
        var (app, _) = await acme.DeployAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => acme.App().RestartAsync(Developer, null, app.Current))
        );

        Assert.Single(answers, a => a.Ok);
        Assert.All(answers.Where(a => !a.Ok), a => Assert.Equal("app.updating", Code(a)));
        var after = await acme.StatusAsync(AppStatus.Running);
        Assert.Equal([("web", 1), ("worker", 1)], after.Current.Restarts.Select(s => (s.Key, s.Value)));
        Assert.Equal("restart.stale_plan", Code(await acme.App().RestartAsync(Developer, null, app.Current)));
        Assert.Equal("restart.stale_plan", Code(await acme.App().RestartAsync(Developer, "web", app.Current)));
        Ok(await acme.App().RestartAsync(Developer, "worker", after.Current));
        Assert.Equal(
            "service.not_found",
            Code(await acme.App().RestartAsync(Developer, "nope", (await acme.StatusAsync(AppStatus.Running)).Current))
        );
        var record = (await acme.RecordsAsync("service.restart", EntryResult.Ok)).Last();
        Assert.Contains("web, worker", record.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_from_a_stale_plan_makes_no_release_and_one_from_a_good_plan_brings_back_what_ran()
    {
        await using var acme = await StartAsync();
        var (app, first) = await acme.DeployAsync();
        var second = await acme.SetEnvAsync("COLOR=red\nSECRET=canary");
        await acme.PromoteAsync(second.Id);
        var releases = await ReleasesAsync(acme);

        var stale = await acme.App().RollBackAsync(Developer, first.Release!, from: first.Release);
        Assert.Equal("release.stale_plan", Code(stale));
        Assert.Equal(releases, await ReleasesAsync(acme));

        var back = Ok(await acme.App().RollBackAsync(Developer, first.Release!, from: second.Id));
        var after = await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
        Assert.Equal((back.Id, first.Id), (after.Release, back.Build));
        Assert.Equal("", (await acme.EnvAsync(back.Id)).Text.Reveal());
        Assert.All(acme.Host.Rack.Running(app.Id), p => Assert.Equal(back.Id, p.Release));
        Assert.Equal(releases.Length + 1, (await ReleasesAsync(acme)).Length);
        Assert.Equal(
            "release.never_ran",
            Code(await acme.App().RollBackAsync(Developer, (await acme.BuildAsync()).Release!))
        );
    }

    [Fact]
    public async Task Who_may_roll_back_and_nothing_else_goes_back_to_what_ran()
    {
        await using var acme = await StartAsync();
        var (_, first) = await acme.DeployAsync();
        var second = await acme.SetEnvAsync("COLOR=red");
        await acme.PromoteAsync(second.Id);
        await acme.RegisterAsync("oncall");
        var role = Ok(
            await acme.Org.CreateRoleAsync(
                Administrator,
                "On call",
                [
                    Policy.Allow(ResourceType.Application, Operations.ReleaseRollback.Name),
                    Policy.Allow(ResourceType.Racks, Operations.RackGet.Name),
                ]
            )
        );
        Ok(await acme.Org.AddMemberAsync(Administrator, "oncall", [new RoleGrant(role, Selector.AllowAll)]));

        Assert.Equal(
            "access.denied",
            Code(await acme.App().PromoteAsync(By("oncall"), new PromoteRelease(second.Id, false, null)))
        );
        Ok(await acme.App().RollBackAsync(By("oncall"), first.Release!, from: second.Id));

        // The job that carries it out is decided by the same right.
        Assert.NotEqual(second.Id, (await acme.StatusAsync(AppStatus.Running)).Release);
    }

    private static async Task<string[]> ReleasesAsync(Acme acme) =>
        [.. (await acme.Host.Store.Views.ListAsync(new("acme", ViewKinds.Release, ""))).Select(r => r.Key)];

    /// <summary>As another server's grain writes it, which this one's has not seen.</summary>
    private static async Task PromoteElsewhereAsync(Acme acme, AppView app, string release)
    {
        var rollout = new Rollout
        {
            Id = "0123456789ab",
            Kind = RolloutKind.Promote,
            Target = app.Current with { Release = release },
            Started = acme.Host.Time.GetUtcNow(),
            Deadline = acme.Host.Time.GetUtcNow().AddHours(1),
            By = Developer.Principal,
        };
        var stream = StreamId.App(app.Ref);
        var head = (await acme.Host.Store.Journal.HeadsAsync([stream]))[0].Head;
        Assert.IsType<Appended>(
            await acme.Host.Store.Journal.AppendAsync(
                new Append
                {
                    Org = "acme",
                    Writes =
                    [
                        new(
                            stream,
                            head,
                            [Entry(new RolloutStarted(rollout)), Entry(new RolloutSucceeded(rollout.Id))]
                        ),
                    ],
                }
            )
        );

        static EntryDraft Entry(AppEvent @event) =>
            new()
            {
                Caller = Developer,
                Operation = Operations.ReleasePromote.Name,
                ResourceType = Operations.ReleasePromote.Type.ToString(),
                Resource = "",
                Event = @event,
            };
    }
}
