using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Domain.Tests.Apps;

/// <summary>Given an app, when something is decided, then these events or this refusal.</summary>
public sealed class AppTests : AppStory
{
    [Theory]
    [InlineData("Web", "app.name_invalid")]
    [InlineData("", "app.name_invalid")]
    [InlineData("1web", "app.name_invalid")]
    [InlineData("we%b", "app.name_invalid")]
    [InlineData("rack", "app.name_reserved")]
    [InlineData("system", "app.name_reserved")]
    public void A_name_has_its_grammar(string name, string code) =>
        Assert.Equal(code, AppLifecycle.Create(State, Web with { App = name }, null, 0, 1, Context()).Problem?.Code);

    [Fact]
    public void S08_apps_of_an_organization_are_bounded()
    {
        var refused = AppLifecycle.Create(State, Web, null, apps: 7, most: 7, Context()).Problem;

        Assert.Equal(
            ("app.limit", "the organization has 7 apps, and may have 7; delete some first: convox apps delete"),
            (refused?.Code, refused?.Text)
        );
        Assert.IsType<Exhausted>(refused);
        Assert.True(AppLifecycle.Create(State, Web, null, apps: 6, most: 7, Context()).Ok);
    }

    [Fact]
    public void Reports_about_another_rollout_change_nothing()
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));
        var (second, third) = (Build("BBBBBBBBBBB"), Build("BCCCCCCCCCC"));
        Do(AppRollouts.Promote(State, Web, second, false, null, null, Keep, Context()));
        var old = State.Rollout!.Id;
        Do(AppRollouts.Promote(State, Web, third, true, null, null, Keep, Context()));

        Assert.Empty(AppRollouts.Succeeded(State, old).Value.Events);
        Assert.Empty(AppRollouts.Failed(State, old, "x", "x").Value.Events);
        Assert.Empty(AppRollouts.Reverted(State, State.Rollout!.Id).Value.Events);
        Do(AppRollouts.Failed(State, State.Rollout.Id, "rollout.crashed", "why\0 " + new string('x', 5000)));
        Assert.Equal((AppStatus.Rollback, AppRollouts.MaxCause), (State.Status, State.LastFailure!.Length));
        Assert.Empty(AppRollouts.Succeeded(State, State.Rollout.Id).Value.Events);
    }

    [Fact]
    public void Scale_refuses_a_stale_plan()
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));
        var planned = ScaleBasis.Of(State.Current, "web");
        Assert.True(AppRollouts.Scale(State, Web, "web", new(2, null, null), planned, Context()).Ok);

        var elsewhere = State with
        {
            Current = State.Current with { Scale = State.Current.Scale.SetItem("web", new(3, null, null)) },
        };
        var promoted = State with { Current = State.Current with { Release = "RZZZZZZZZZZ" } };

        foreach (var moved in new[] { elsewhere, promoted })
        {
            Assert.Equal(
                "scale.stale_plan",
                AppRollouts.Scale(moved, Web, "web", new(2, null, null), planned, Context()).Problem?.Code
            );
        }
    }

    [Fact]
    public void Scale_is_kept_over_releases_and_a_failed_one_is_not()
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));
        Do(AppRollouts.Scale(State, Web, "web", new ScaleOverride(3, null, null), null, Context()));
        Do(AppRollouts.Succeeded(State, State.Rollout!.Id));
        Do(AppRollouts.Scale(State, Web, "web", new ScaleOverride(null, null, 8), null, Context()));
        Do(AppRollouts.Failed(State, State.Rollout!.Id, "rollout.crashed", "memory"));
        Do(AppRollouts.Reverted(State, State.Rollout!.Id));

        Promote(Build("BBBBBBBBBBB"));

        Assert.Equal(new ScaleOverride(3, null, null), State.Current.Scale["web"]);
        Assert.Empty(
            AppRollouts.Scale(State, Web, "web", new ScaleOverride(3, null, null), null, Context()).Value.Events
        );
    }

    [Theory]
    [InlineData(1001, null, null)]
    [InlineData(-1, null, null)]
    [InlineData(null, 9, null)]
    [InlineData(null, 64_001, null)]
    [InlineData(null, null, 3)]
    [InlineData(null, null, 1_048_577)]
    public void Scale_has_bounds(int? count, int? cpu, int? memory)
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));

        Assert.Equal(
            "scale.invalid",
            AppRollouts.Scale(State, Web, "web", new ScaleOverride(count, cpu, memory), null, Context()).Problem?.Code
        );
    }

    [Fact]
    public void A_build_makes_one_release_however_often_it_is_told()
    {
        Given();
        var command = new NewRelease
        {
            Build = "BAAAAAAAAAA",
            BuildDescription = "d",
            OncePerBuild = true,
        };
        var first = AppReleases.Create(State, Web, command, Keep, Context());
        Do(first);

        var again = AppReleases.Create(State, Web, command, Keep, Context());

        Assert.Empty(again.Value.Events);
        Assert.Equal(first.Value.Answer.Id, again.Value.Answer.Id);
    }

    [Fact]
    public void S20_only_a_change_of_the_environment_since_the_parent_is_a_conflict()
    {
        Given();
        Environment(1, ("A", "1"));
        var read = State.EnvironmentKeys;
        Build("BAAAAAAAAAA");
        Assert.True(Env(2, read, 1, ("A", "2")).Ok);
        Environment(2, ("A", "1"), ("B", "1"));

        var late = Env(3, read, 1, ("A", "2"));

        Assert.Equal("env.moved", late.Problem?.Code);
        Assert.Equal("env.version_moved", Env(2, read, 1, ("A", "2")).Problem?.Code);
    }

    [Fact]
    public void Nothing_is_done_to_an_app_that_is_not_there_or_going()
    {
        Refused("app.not_found");
        Given();
        Do(AppLifecycle.Delete(State, Web));
        Refused("app.deleting");
        Assert.Empty(AppLifecycle.Delete(State, Web).Value.Events);
        Do(AppLifecycle.Deleted(State));
        Assert.Equal(new AppState().Id, State.Id);

        void Refused(string code)
        {
            Assert.Equal(code, AppLifecycle.Update(State, Web, true, null).Problem?.Code);
            Assert.Equal(code, AppReleases.Create(State, Web, new NewRelease(), Keep, Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Promote(State, Web, "R", true, null, null, Keep, Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Scale(State, Web, "web", new(1, null, null), null, Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Restart(State, Web, ["web"], null, Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Cancel(State, Web).Problem?.Code);
        }
    }

    [Fact]
    public void Only_the_rollout_that_is_named_is_cancelled_and_how_it_failed_is_known_afterwards()
    {
        Given();
        Promote(Build("B1"));
        Do(AppRollouts.Restart(State, Web, ["web"], null, Context()));
        var id = State.Rollout!.Id;

        Assert.Equal("app.not_updating", AppRollouts.Cancel(State, Web, "another").Problem?.Code);
        Do(AppRollouts.Cancel(State, Web, id));
        Do(AppRollouts.Reverted(State, id));

        Assert.Equal(
            (null, new FailedRollout(id, "rollout.cancelled", "cancelled")),
            (State.Rollout, State.LastFailed)
        );
    }

    [Fact]
    public void A_deleted_apps_rows_go_with_it()
    {
        var rows = AppProjection.Project(Web, new AppState(), new AppDeleted());

        Assert.Equal(
            [
                ("app", "staging/web", false),
                ("build", "staging/web/", true),
                ("env", "staging/web/", true),
                ("env-change", "staging/web/", true),
                ("release", "staging/web/", true),
            ],
            rows.Select(r => (r.Kind, r.Key, r.Prefix)).Order()
        );
        Assert.All(rows, r => Assert.Null(r.Json));
    }

    [Fact]
    public void A_release_tells_by_name_what_it_changed_of_the_environment()
    {
        Given();
        Environment(1, ("SAME", "1"), ("CHANGED", "1"), ("REMOVED", "1"));
        Environment(2, ("SAME", "1"), ("CHANGED", "2"), ("ADDED", "1"));
        var release = Done.OfType<ReleaseCreated>().Last();

        var row = AppProjection
            .Project(Web, State, release)
            .Single(r => r.Kind == ViewKinds.EnvironmentChange && r.Json is not null);

        var change = ViewJson.Read<EnvironmentChange>(row.Json!);
        Assert.Equal(AppProjection.EnvironmentKey(Web, State.Id, 2), row.Key);
        Assert.Equal((2, release.Id, "dev"), (change.Version, change.Release, change.By.Id));
        Assert.Equal(
            [("ADDED", "add"), ("CHANGED", "change"), ("REMOVED", "remove")],
            change.Keys.Select(k => (k.Key, k.Value))
        );
    }

    [Theory]
    [InlineData(EnvironmentChange.MaxKept, null)]
    [InlineData(EnvironmentChange.MaxKept + 7, 7)]
    public void S08_the_newest_changes_of_the_environment_are_kept(int version, int? gone)
    {
        var release = new ReleaseCreated
        {
            Id = "RAAAAAAAAAA",
            Build = "",
            EnvironmentVersion = version,
            Environment = new StoredEnvironment(new Sealed("k", [], []), State.EnvironmentKeys),
            Description = "",
            Created = DateTimeOffset.UnixEpoch,
            By = Context().Caller.Principal,
        };

        var rows = AppProjection.Project(Web, new AppState { Id = "0123456789" }, release);

        Assert.Equal(
            gone is { } oldest ? [AppProjection.EnvironmentKey(Web, "0123456789", oldest)] : [],
            rows.Where(r => r.Json is null).Select(r => r.Key)
        );
    }
}
