using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Racks;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Journaling;

/// <summary>A state that comes back from its snapshot is the one that was folded.</summary>
public sealed class SnapshotTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableSortedDictionary<string, string> Texts = ImmutableSortedDictionary<string, string>
        .Empty.Add("A", "1")
        .Add("a", "2");

    public static TheoryData<string> States => ["app", "build", "rack", "user", "org"];

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_survives_its_snapshot(string kind)
    {
        switch (kind)
        {
            case "app":
                Survives(App());
                break;
            case "build":
                Survives(
                    new BuildState
                    {
                        Id = "B",
                        App = "web",
                        AppId = "1",
                        Status = "running",
                        Images = Texts,
                        BuildArgs = Secret,
                        By = new Principal(PrincipalKind.User, "x", ""),
                        Started = Now,
                        Ended = Now,
                    }
                );
                break;
            case "rack":
                Survives(
                    new RackState
                    {
                        Id = "1",
                        Org = "acme",
                        Name = "staging",
                        Provider = "local",
                        Parameters = Texts,
                        Capability = "host:x",
                    }
                );
                break;
            case "user":
                Survives(
                    new UserState
                    {
                        Id = "u",
                        Email = Secret,
                        Name = Secret,
                        Orgs = ["acme", "other"],
                        Created = Now,
                        Disabled = Now,
                        MustChangePassword = true,
                        Password = PasswordHash.Create(
                            new("a long enough password"),
                            new byte[PasswordHash.MinSaltBytes],
                            PasswordHash.MinIterations
                        ),
                    }
                );
                break;
            default:
                Survives(Org());
                break;
        }
    }

    [Fact]
    public async Task A_grain_goes_on_from_its_snapshot_and_without_one_that_can_be_read()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        for (var i = 0; i < 210; i++)
        {
            await acme.SetEnvAsync($"A={i}");
        }

        var stream = StreamId.App(AppRef.Parse("acme/staging/web"));
        var snapshot = await acme.Host.Store.Journal.ReadSnapshotAsync(stream, 1);
        Assert.InRange(snapshot!.Seq, 200, 211);
        await acme.Host.RestartAsync(pump: false);
        Assert.Equal(211, (await acme.SetEnvAsync("A=x")).EnvironmentVersion);

        await acme.Host.Store.Journal.SaveSnapshotAsync(
            stream,
            new StoredSnapshot(snapshot.Seq + 5, 1, "{\"releases\":7}"u8.ToArray())
        );
        await acme.Host.RestartAsync(pump: false);
        Assert.Equal(212, (await acme.SetEnvAsync("A=y")).EnvironmentVersion);
    }

    private static Sealed Secret => new("k1", [1, 2, 3], [4, 5, 6]);

    private static AppState App() =>
        new()
        {
            Id = "0000000001",
            Status = AppStatus.Updating,
            Locked = true,
            Parameters = Texts,
            EnvironmentKeys = Texts,
            EnvironmentVersion = 3,
            LastFailure = "x",
            LastFailed = new("x", "rollout.crashed", "x"),
            Releases = [new ReleaseMark("R1", "B1", 1, Now) { Proven = true }, new ReleaseMark("R2", "", 2, Now)],
            Current = new Deployment
            {
                Release = "R1",
                Scale = ImmutableSortedDictionary<string, ScaleOverride>.Empty.Add("web", new(1, null, 3)),
            },
            Rollout = new Rollout
            {
                Id = "x",
                Kind = RolloutKind.Restart,
                Started = Now,
                Deadline = Now,
                By = new Principal(PrincipalKind.User, "x", ""),
                Failed = true,
                Target = new Deployment
                {
                    Release = "R2",
                    Restarts = ImmutableSortedDictionary<string, int>.Empty.Add("web", 2),
                },
            },
        };

    private static OrgState Org()
    {
        var role = new Role
        {
            Id = "r1",
            Name = "Some",
            Policies = [Policy.Allow(ResourceType.Application, Policy.Write) with { Without = ["app.exec"] }],
        };
        return new OrgState
        {
            Name = "acme",
            Version = 4,
            Created = Now,
            Roles = ImmutableSortedDictionary<string, Role>.Empty.Add("r1", role),
            Members = ImmutableSortedDictionary<string, OrgMember>.Empty.Add(
                "u",
                OrgStateFold
                    .Apply(
                        new OrgState { Name = "acme" },
                        new MemberAdded("u", [new RoleGrant("r1", Selector.List("a", "b"))], Now)
                    )
                    .Members["u"]
            ),
        };
    }

    private static void Survives<TState>(TState state)
        where TState : class
    {
        var body = SnapshotJson.Write(state);

        Assert.True(SnapshotJson.TryRead<TState>(body, out var back));
        Assert.Equivalent(state, back, strict: true);
        Assert.Equal(
            System.Text.Encoding.UTF8.GetString(body),
            System.Text.Encoding.UTF8.GetString(SnapshotJson.Write(back))
        );
    }
}
