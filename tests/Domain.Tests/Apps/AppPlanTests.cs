using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Apps;

/// <summary>What was planned is done to what it was planned from, or not at all.</summary>
public sealed class AppPlanTests : AppStory
{
    private string _first = "";
    private string _second = "";

    [Fact]
    public void Promote_refuses_a_stale_plan()
    {
        Ran();
        var third = Build("BCCCCCCCCCC");

        Assert.True(Promote(third, from: _second).Ok);
        Assert.True(Promote(third, from: null).Ok);
        Assert.Equal("release.stale_plan", Promote(third, from: _first).Problem?.Code);
        Assert.Equal("release.stale_plan", Promote(third, from: "").Problem?.Code);
        Assert.Equal("release.stale_plan", Promote(third, from: _first, force: true).Problem?.Code);
    }

    [Fact]
    public void A_first_promote_is_planned_from_nothing()
    {
        Given();
        var first = Build("BAAAAAAAAAA");

        Assert.True(Promote(first, from: "").Ok);
        Assert.Equal(
            "nothing runs any more; read the plan again, it is the new one now",
            Promote(first, from: "RZZZZZZZZZZ").Problem?.Text
        );
    }

    [Fact]
    public void One_plan_restarts_all_of_its_services_once()
    {
        Ran();
        var planned = State.Current;

        Do(Restart(planned, "web", "worker"));
        Assert.Equal(
            [("web", 1), ("worker", 1)],
            State.Rollout!.Target.Restarts.Select(service => (service.Key, service.Value))
        );
        Assert.Equal("app.updating", Restart(planned, "web", "worker").Problem?.Code);
        Do(AppRollouts.Succeeded(State, State.Rollout.Id));

        Assert.Equal("restart.stale_plan", Restart(planned, "web", "worker").Problem?.Code);
        Assert.True(Restart(State.Current, "web", "worker").Ok);
    }

    [Fact]
    public void Restart_refuses_a_plan_of_another_release_or_another_scale()
    {
        Ran();
        var planned = State.Current;
        var scaled = planned with { Scale = planned.Scale.SetItem("web", new ScaleOverride(2, null, null)) };

        foreach (var moved in new[] { scaled, planned with { Release = _first } })
        {
            State = State with { Current = moved };
            Assert.Equal("restart.stale_plan", Restart(planned, "web").Problem?.Code);
            Assert.True(Restart(moved, "web").Ok);
        }
    }

    [Fact]
    public void What_is_intended_is_compared_and_not_which_object_says_it()
    {
        var one = new Deployment { Release = "R" } with { };
        var restarted = one with { Restarts = one.Restarts.SetItem("web", 1) };

        Assert.Equal(restarted, one with { Restarts = one.Restarts.SetItem("web", 0).SetItem("web", 1) });
        Assert.Equal(
            restarted.GetHashCode(),
            (one with { Restarts = one.Restarts.SetItem("web", 0).SetItem("web", 1) }).GetHashCode()
        );
        Assert.NotEqual(restarted, one);
        Assert.NotEqual(restarted, one with { Restarts = one.Restarts.SetItem("web", 2) });
        Assert.NotEqual(restarted, one with { Restarts = one.Restarts.SetItem("api", 1) });
    }

    [Fact]
    public void A_rollback_is_a_release_of_what_ran_and_its_start_in_one()
    {
        Ran();

        var decided = RollBack(_first, from: _second);

        var made = Assert.IsType<ReleaseCreated>(decided.Value.Events[0]);
        var started = Assert.IsType<RolloutStarted>(decided.Value.Events[1]);
        Assert.Equal(2, decided.Value.Events.Length);
        Assert.Equal(
            ("BAAAAAAAAAA", $"rollback to {_first}", made.Id),
            (made.Build, made.Description, started.Rollout.Target.Release)
        );
        Assert.Equal((RolloutKind.Promote, _first), (started.Rollout.Kind, started.Rollout.BackTo));
        Do(decided);
        Do(AppRollouts.Succeeded(State, State.Rollout!.Id));
        Assert.Equal(made.Id, State.Current.Release);
    }

    [Fact]
    public void A_rollback_keeps_the_scale_and_goes_only_to_what_ran_from_what_it_was_planned_from()
    {
        Ran();
        Do(AppRollouts.Scale(State, Web, "web", new ScaleOverride(3, null, null), null, Context()));
        Assert.Equal("app.updating", RollBack(_first, from: _second).Problem?.Code);
        Do(AppRollouts.Succeeded(State, State.Rollout!.Id));
        var third = Build("BCCCCCCCCCC");

        Assert.Equal("release.stale_plan", RollBack(_first, from: _first).Problem?.Code);
        Assert.Equal("release.never_ran", RollBack(third, from: _second).Problem?.Code);
        Assert.Equal("release.not_found", RollBack("RZZZZZZZZZZ", from: _second).Problem?.Code);
        Do(RollBack(_first, from: null));
        Assert.Equal(3, State.Desired.Scale["web"].Count);
    }

    [Fact]
    public void A_rollback_to_another_environment_brings_it_back_as_the_newest()
    {
        Given();
        Environment(1, ("COLOR", "blue"));
        _first = Build("BAAAAAAAAAA");
        Promote(_first);
        Environment(2, ("COLOR", "red"));
        Promote(State.Newest!.Id);
        var blue = State.EnvironmentKeys.SetItem("COLOR", "blue");

        Do(
            AppRollouts.RollBack(
                State,
                Web,
                _first,
                new NewEnvironment(3, new Sealed("k", [], []), blue),
                null,
                Keep,
                Context()
            )
        );

        Assert.Equal((3, "blue"), (State.EnvironmentVersion, State.EnvironmentKeys["COLOR"]));
        Assert.Equal(3, State.Newest!.EnvironmentVersion);
    }

    private void Ran()
    {
        Given();
        _first = Build("BAAAAAAAAAA");
        Promote(_first);
        _second = Build("BBBBBBBBBBB");
        Promote(_second);
    }

    private Result<Decision<AppEvent, Done>> Promote(string release, string? from, bool force = false) =>
        AppRollouts.Promote(State, Web, release, force, null, from, Keep, Context());

    private Result<Decision<AppEvent, Done>> Restart(Deployment from, params string[] services) =>
        AppRollouts.Restart(State, Web, services, from, Context());

    private Result<Decision<AppEvent, ReleaseCreated>> RollBack(string release, string? from) =>
        AppRollouts.RollBack(State, Web, release, null, from, Keep, Context());
}
