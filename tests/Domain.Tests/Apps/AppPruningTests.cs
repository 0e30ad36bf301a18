using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Apps;

public sealed class AppPruningTests : AppStory
{
    [Fact]
    public void S08_the_newest_releases_are_kept_and_older_ones_go_by_tenths()
    {
        Given();
        Keep = new(20, 1);
        var made = Enumerable.Range(0, 22).Select(_ => Env()).ToList();

        // Two over: a tenth of what is kept.
        Assert.Equal(made.Skip(2), State.Releases.Select(r => r.Id));
        Assert.Equal(made.Take(2), State.Pruned);

        made.Add(Env());
        Assert.Equal(21, State.Releases.Count);
        made.Add(Env());
        Assert.Equal(made.TakeLast(20), State.Releases.Select(r => r.Id));
    }

    [Fact]
    public void What_ran_is_kept_longer_and_what_runs_or_is_on_its_way_for_ever()
    {
        Given();
        Keep = new(2, 2);
        var proven = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            proven.Add(Build($"B{i}"));
            Promote(proven[^1]);
        }

        var wanted = Build("BWANTED");
        Do(AppRollouts.Promote(State, Web, wanted, false, null, null, Keep, Context()));
        var late = Enumerable.Range(0, 10).Select(_ => Env()).ToList();

        // The running one is one of the two newest proven.
        Assert.Equal([.. proven.Skip(2), wanted, .. late.TakeLast(2)], State.Releases.Select(r => r.Id));

        Do(AppRollouts.Failed(State, State.Rollout!.Id, "x", "x"));
        Env();
        Assert.NotNull(State.FindRelease(wanted));
        Do(AppRollouts.Reverted(State, State.Rollout!.Id));
        Env();
        Assert.Null(State.FindRelease(wanted));
    }

    [Fact]
    public void The_running_release_is_kept_also_when_it_is_the_oldest_that_ran()
    {
        Given();
        Keep = new(2, 1);
        var first = Build("B1");
        Promote(first);
        var second = Build("B2");
        Promote(second);
        State = State with { Current = State.Current with { Release = first } };
        var again = Build("B3");

        Enumerable.Range(0, 5).ToList().ForEach(_ => Env());

        Assert.NotNull(State.FindRelease(first));
        Assert.NotNull(State.FindRelease(second));
        Assert.Null(State.FindRelease(again));
    }

    [Fact]
    public void Builds_and_environments_go_only_with_the_last_release_that_has_them()
    {
        Given();
        Keep = new(2, 1);
        Build("B1");
        var environment = State.EnvironmentVersion;
        Env();
        Env();
        Assert.DoesNotContain(State.Pruned, id => State.FindRelease(id) is not null);

        // Releases of the environment alone take the newest build: it stays, the first environment does not.
        var pruned = Events(() => Env()).OfType<ReleasesPruned>().Single();
        Assert.Equal((1, 0), (pruned.Releases.Length, pruned.Builds.Length));
        Assert.DoesNotContain(State.EnvironmentVersion, pruned.Environments);

        pruned = Events(() => Build("B2")).OfType<ReleasesPruned>().Single();
        Assert.Empty(pruned.Builds);
        pruned = Events(() => Build("B3")).OfType<ReleasesPruned>().Single();
        Assert.Equal<string>(["B1"], pruned.Builds);
        Assert.DoesNotContain(State.EnvironmentVersion, pruned.Environments);
        Assert.True(State.EnvironmentVersion > environment);
    }

    [Fact]
    public void Rows_of_what_is_pruned_go_in_the_same_append()
    {
        Given();
        var rows = AppProjection.Project(
            Web,
            State,
            new ReleasesPruned
            {
                Releases = ["RAAAAAAAAAA"],
                Builds = ["BAAAAAAAAAA"],
                Environments = [3],
            }
        );

        Assert.Equal(
            [("release", "staging/web/RAAAAAAAAAA"), ("env", $"staging/web/{State.Id}/0000000003")],
            rows.Select(r => (r.Kind, r.Key))
        );
        Assert.All(rows, r => Assert.Equal((null, false), (r.Json, r.Prefix)));
    }

    [Fact]
    public void A_pruned_release_and_its_build_are_refused_with_the_reason_and_what_to_do()
    {
        Given();
        Keep = new(1, 1);
        var gone = Build("B1");
        Build("B2");

        var promote = AppRollouts.Promote(State, Web, gone, false, null, null, Keep, Context()).Problem;
        var build = AppReleases.Create(State, Web, new NewRelease { Build = "B1" }, Keep, Context()).Problem;

        Assert.Equal("release.pruned", promote?.Code);
        Assert.Equal(
            $"release {gone} was pruned: the newest 1 releases of an app, and the newest 1 that ran are kept; "
                + "deploy its source again, or go back to a release that convox releases lists",
            promote?.Text
        );
        Assert.Equal("build.pruned", build?.Code);
        Assert.Equal(
            "release.not_found",
            AppRollouts.Promote(State, Web, "RNEVERNEVER", false, null, null, Keep, Context()).Problem?.Code
        );
    }

    [Fact]
    public void The_state_is_bounded_whatever_a_journal_holds()
    {
        Given();
        var first = Build("B1");
        Promote(first);
        for (var i = 0; i < AppState.MaxReleases + 50; i++)
        {
            State = AppStateFold.Apply(State, Made($"R{i}"));
        }

        State = AppStateFold.Apply(
            State,
            new ReleasesPruned
            {
                Releases = [.. Enumerable.Range(0, AppState.MaxPruned + 5).Select(i => $"R{i}")],
                Builds = [],
                Environments = [],
            }
        );

        Assert.Equal(AppState.MaxPruned, State.Pruned.Count);
        Assert.NotNull(State.FindRelease(first));
        Assert.InRange(State.Releases.Count, 1, AppState.MaxReleases);
    }

    private static ReleaseCreated Made(string id) =>
        new()
        {
            Id = id,
            Build = "",
            EnvironmentVersion = 0,
            Description = "",
            Created = DateTimeOffset.UnixEpoch,
            By = Principal.System,
        };

    private string Env()
    {
        var made = Env(State.EnvironmentVersion + 1, null, null, ("A", $"{State.EnvironmentVersion}"));
        Do(made);
        return made.Value.Answer.Id;
    }

    private ImmutableArray<AppEvent> Events(Action act)
    {
        Done.Clear();
        act();
        return [.. Done];
    }
}
