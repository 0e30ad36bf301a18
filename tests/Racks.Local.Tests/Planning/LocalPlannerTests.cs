using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

public sealed partial class LocalPlannerTests
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
    public void With_nothing_promoted_everything_goes_and_the_route_last()
    {
        Is("remove web-R1-a drain 30", Serving("R1", 1).NotProving());
        Is("unroute web", new Situation().NotProving().Routes("web", "R1", "web-R1-a"));
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
    public void What_has_ended_leaves_the_route_of_a_service_that_loses_its_port() =>
        Is(
            "route web [] keep",
            new Situation()
                .NotProving()
                .Wants("web", "R2", s => s with { Port = null, Count = 0 })
                .Has("web-R1-a", p => p with { Draining = true })
                .Routes("web", "R1", "web-R1-a web-R1-b")
        );

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
