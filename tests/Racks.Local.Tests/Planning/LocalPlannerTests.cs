using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

public sealed class LocalPlannerTests
{
    [Fact]
    public void The_network_comes_before_all_else() =>
        Is("network shop", new Situation().WithoutNetwork().Wants("web", "R1"));

    [Fact]
    public void An_app_that_runs_nothing_has_no_network() => Is("", new Situation().WithoutNetwork());

    [Fact]
    public void A_first_deploy_starts_all_and_makes_the_route() =>
        Is("start web#0; start web#1; route web []", new Situation().Wants("web", "R1", s => s with { Count = 2 }));

    [Fact]
    public void A_service_without_a_port_gets_no_route() =>
        Is("start web#0", new Situation().Wants("web", "R1", s => s with { Port = null }));

    [Fact]
    public void With_room_for_both_all_new_ones_are_started_beside_the_old() =>
        Is("start web#0; start web#1", Serving("R1", 2).Wants("web", "R2", s => s with { Count = 2 }));

    [Fact]
    public void Old_ones_stay_until_the_new_are_proven() =>
        Is(
            "route web [web-R1-a web-R1-b web-R2-a web-R2-b] keep",
            Serving("R1", 2)
                .Wants("web", "R2", s => s with { Count = 2 })
                .Has(
                    "web-R2-a web-R2-b",
                    p => p with { Probe = new ProbeState { HealthySince = Situation.Now.AddSeconds(-0.5) } }
                )
        );

    [Fact]
    public void Proven_means_routed_too() =>
        Is("route web [web-R1-a web-R2-a] keep", Serving("R1", 1).Wants("web", "R2").Has("web-R2-a"));

    [Fact]
    public void Old_ones_go_once_all_services_are_proven()
    {
        Is(
            "remove web-R1-a drain 30; route web [web-R2-a]",
            Serving("R1", 1).Wants("web", "R2").Has("web-R2-a").Routes("web", "R1", "web-R1-a web-R2-a")
        );
        Is(
            "start work#0",
            Serving("R1", 1)
                .Wants("web", "R2")
                .Wants("work", "R2", s => s with { Port = null })
                .Has("web-R2-a")
                .Routes("web", "R1", "web-R1-a web-R2-a")
        );
    }

    [Fact]
    public void What_ends_of_the_way_back_is_put_back_until_the_change_is_proven()
    {
        Is(
            "start web#before2 previous; route web [web-R1-a] keep",
            Proving().Ended("web-R1-b", 0.1, 137, lived: 3600, rollout: "before").Has("web-R2-a web-R2-b", Unseen)
        );
        Is(
            "",
            Proving()
                .Has("web-R1-b", p => p with { State = ProcessPhase.Created, Started = null, Starting = true, Ip = "" })
                .Has("web-R2-a web-R2-b", Unseen)
                .Routes("web", "R1", "web-R1-a")
        );
        Is(
            "start web-R1-b existing previous",
            Proving()
                .Has("web-R1-b", p => p with { State = ProcessPhase.Created, Started = null, Ip = "" })
                .Has("web-R2-a web-R2-b", Unseen)
                .Routes("web", "R1", "web-R1-a")
        );
        Is(
            "route web [web-R1-a web-R1-b] keep",
            Proving().Has("web-R1-b").Has("web-R2-a web-R2-b", Unseen).Routes("web", "R1", "web-R1-a")
        );
        Is(
            "remove web-R1-b drain 0; remove web-R1-a drain 30",
            Proving()
                .Ended("web-R1-b", 0.1, 137)
                .Has("web-R2-a web-R2-b")
                .Routes("web", "R1", "web-R1-a web-R2-a web-R2-b")
        );

        static Situation Proving() =>
            new Situation()
                .Before("web", "R1", Two)
                .Wants("web", "R2", Two)
                .Has("web-R1-a")
                .Routes("web", "R1", "web-R1-a web-R1-b");
        static DesiredService Two(DesiredService s) => s with { Count = 2 };
        static LocalProcess Unseen(LocalProcess p) => p with { Probe = ProbeState.None };
    }

    [Fact]
    public void What_ends_again_and_again_of_the_way_back_waits_longer_each_time()
    {
        Is("", Loop(1.9));
        Is("start web#before3 previous", Loop(2.1));

        static Situation Loop(double ago) =>
            new Situation()
                .Before("web", "R1")
                .Wants("web", "R2")
                .Ended("web-R1-a", ago + 20, rollout: "")
                .Ended("web-R1-b", ago + 10, rollout: "")
                .Ended("web-R1-c", ago, rollout: "")
                .Has("web-R2-a", p => p with { Probe = ProbeState.None })
                .Routes("web", "R1", "");
    }

    [Fact]
    public void What_is_put_back_takes_no_place_of_the_change_but_what_the_minimum_needs()
    {
        DesiredService Two(DesiredService s) => s with { Count = 2, Minimum = 50, Maximum = 100 };
        var ended = new Situation()
            .Before("web", "R1", Two)
            .Wants("web", "R2", Two)
            .Ended("web-R1-a", 0.1, rollout: "")
            .Has("web-R2-a", Healthy(0.5))
            .Routes("web", "R1", "web-R2-a");
        Is("start web#before1 previous", ended);
        var proven = new Situation()
            .Before("web", "R1", Two)
            .Wants("web", "R2", Two)
            .Ended("web-R1-a", 0.1, rollout: "")
            .Has("web-R2-a")
            .Routes("web", "R2", "web-R2-a");
        Is("start web#1", proven);
    }

    [Fact]
    public void A_service_that_is_gone_is_put_back_until_the_change_is_proven() =>
        Is(
            "start work#0; start web#before1 previous; route web []",
            new Situation()
                .Before("web", "R1")
                .Wants("work", "R2", s => s with { Port = null })
                .Ended("web-R1-a", 0.1, rollout: "")
                .Routes("web", "R1", "web-R1-a")
        );

    [Fact]
    public void A_route_is_left_alone_while_what_leaves_it_is_drained() =>
        Is(
            "",
            new Situation()
                .Wants("web", "R2")
                .Has("web-R1-a", p => p with { Draining = true })
                .Has("web-R2-a")
                .Routes("web", "R2", "web-R1-a web-R2-a")
        );

    [Fact]
    public void A_singleton_is_never_two_at_once()
    {
        DesiredService Singleton(DesiredService s) => s with { Minimum = 0, Maximum = 100 };
        Is("remove web-R1-a drain 30; route web []", Serving("R1", 1).Wants("web", "R2", Singleton));
        Is(
            "",
            new Situation()
                .Wants("web", "R2", Singleton)
                .Has("web-R1-a", p => p with { Draining = true })
                .Routes("web", "R2", "web-R1-a")
        );
        Is("start web#0", new Situation().Wants("web", "R2", Singleton).Routes("web", "R2", ""));
    }

    [Fact]
    public void Without_room_old_ones_give_way_down_to_the_minimum() =>
        Is(
            "remove web-R1-a drain 30; remove web-R1-b drain 30",
            Serving("R1", 4).Wants("web", "R2", s => s with { Count = 4, Minimum = 50, Maximum = 100 })
        );

    [Fact]
    public void New_ones_count_as_serving_only_when_proven()
    {
        DesiredService Two(DesiredService s) => s with { Count = 2, Minimum = 50, Maximum = 100 };
        Is(
            "",
            Serving("R1", 1)
                .Wants("web", "R2", Two)
                .Has("web-R2-a", Healthy(0.5))
                .Routes("web", "R1", "web-R1-a web-R2-a")
        );
        Is(
            "remove web-R1-a drain 30; route web [web-R2-a]",
            Serving("R1", 1).Wants("web", "R2", Two).Has("web-R2-a").Routes("web", "R1", "web-R1-a web-R2-a")
        );
    }

    [Fact]
    public void Old_ones_that_are_known_not_to_serve_give_way_first() =>
        Is(
            "remove web-R1-b drain 30",
            new Situation()
                .Wants("web", "R2", s => s with { Count = 2, Minimum = 50, Maximum = 100 })
                .Has("web-R1-a")
                .Has("web-R1-b", p => p with { Probe = new ProbeState { Failures = 9 } })
                .Routes("web", "R1", "web-R1-a web-R1-b")
        );

    [Fact]
    public void Right_after_a_restart_of_the_server_nothing_is_taken_for_dead() =>
        Is(
            "",
            new Situation()
                .Wants("web", "R2", s => s with { Count = 2, Minimum = 50, Maximum = 100 })
                .Has("web-R1-a web-R1-b", p => p with { Probe = ProbeState.None })
                .Routes("web", "R1", "web-R1-a web-R1-b")
        );

    [Theory]
    [InlineData(1, 100, 100, "start web#0")]
    [InlineData(1, 50, 150, "start web#0")]
    [InlineData(2, 100, 100, "start web#0")]
    [InlineData(3, 50, 110, "remove web-R1-a drain 30")]
    [InlineData(3, 100, 150, "start web#0")]
    [InlineData(4, 100, 150, "start web#0; start web#1")]
    public void Rounding_never_leaves_a_change_stuck(int count, int minimum, int maximum, string plan) =>
        Is(
            plan,
            Serving("R1", count).Wants("web", "R2", s => s with { Count = count, Minimum = minimum, Maximum = maximum })
        );

    [Fact]
    public void A_change_that_also_scales_down_is_not_stuck_for_lack_of_room() =>
        Is(
            "remove web-R1-a drain 30; remove web-R1-b drain 30; remove web-R1-c drain 30; remove web-R1-d drain 30; remove web-R1-e drain 30",
            Serving("R1", 6).Wants("web", "R2")
        );

    [Fact]
    public void Scaling_up_starts_and_down_removes_the_newest()
    {
        Is("start web#2", Serving("R1", 2).Wants("web", "R1", s => s with { Count = 3 }));
        Is(
            "remove web-R1-b drain 30",
            new Situation()
                .Wants("web", "R1")
                .Has("web-R1-a")
                .Has("web-R1-b", p => p with { Started = Situation.Now.AddSeconds(-55) })
                .Routes("web", "R1", "web-R1-a web-R1-b")
        );
        Is(
            "remove web-R1-a drain 30; remove web-R1-b drain 30",
            Serving("R1", 2).Wants("web", "R1", s => s with { Count = 0 })
        );
    }

    [Fact]
    public void Of_too_many_those_go_that_do_not_serve() =>
        Is(
            "remove web-R1-a drain 30",
            new Situation().Wants("web", "R1").Has("web-R1-a web-R1-b").Routes("web", "R1", "web-R1-b")
        );

    [Fact]
    public void A_restart_replaces_the_same_release() =>
        Is(
            "start web#0",
            Serving("R1", 1).Wants("web", "R1", s => s with { SpecHash = "R1.1", RestartGeneration = 1 })
        );

    [Fact]
    public void After_a_failure_the_new_ones_go_at_once_and_the_old_are_not_touched() =>
        Is(
            "remove web-R2-b drain 0; remove web-R2-a drain 30",
            Serving("R1", 1)
                .NotProving()
                .Wants("web", "R1")
                .Has("web-R2-a", p => p with { Probe = ProbeState.None })
                .Ended("web-R2-b", 1)
        );

    [Fact]
    public void After_a_failure_the_route_is_what_it_was() =>
        Is(
            "remove web-R2-a drain 30; route web [web-R1-a]",
            new Situation()
                .NotProving()
                .Wants("web", "R1")
                .Has("web-R1-a web-R2-a")
                .Routes("web", "R2", "web-R1-a web-R2-a")
        );

    [Fact]
    public void With_nothing_promoted_everything_goes_and_the_route_last()
    {
        Is("remove web-R1-a drain 30", Serving("R1", 1).NotProving());
        Is("unroute web", new Situation().NotProving().Routes("web", "R1", "web-R1-a"));
    }

    [Fact]
    public void A_service_that_is_gone_serves_until_the_change_is_proven()
    {
        Is("start work#0", Serving("R1", 1).Wants("work", "R2", s => s with { Port = null }));
        Is(
            "remove web-R1-a drain 30",
            Serving("R1", 1)
                .Wants("work", "R2", s => s with { Port = null })
                .Has("work-R2-a", p => p with { Port = null, Probed = false })
        );
    }

    [Fact]
    public void A_service_that_loses_its_port_keeps_its_route_while_old_ones_serve()
    {
        Is("start web#0", Serving("R1", 1).Wants("web", "R2", s => s with { Port = null }));
        Is(
            "unroute web",
            new Situation()
                .Wants("web", "R2", s => s with { Port = null })
                .Has("web-R2-a", p => p with { Port = null, Probed = false })
                .Routes("web", "R1", "")
        );
    }

    [Fact]
    public void What_cannot_be_reached_yet_is_not_routed() =>
        Is(
            "",
            new Situation()
                .Wants("web", "R1", s => s with { Health = Some.Health with { Disabled = true } })
                .Has("web-R1-a", p => p with { Ip = "", Probed = false })
                .Routes("web", "R1", "")
        );

    private static Func<LocalProcess, LocalProcess> Healthy(double seconds) =>
        p => p with { Probe = new ProbeState { HealthySince = Situation.Now.AddSeconds(-seconds) } };

    private static Situation Serving(string release, int count)
    {
        var ids = string.Join(' ', Enumerable.Range(0, count).Select(i => $"web-{release}-{(char)('a' + i)}"));
        return new Situation()
            .Before("web", release, s => s with { Count = count })
            .Has(ids)
            .Routes("web", release, ids);
    }

    private static void Is(string plan, Situation situation) =>
        Assert.Equal(plan.Replace("; ", "\n", StringComparison.Ordinal), situation.Plan());
}
