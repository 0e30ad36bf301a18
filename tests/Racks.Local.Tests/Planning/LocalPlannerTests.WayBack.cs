using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>What ran before a change, until that is proven.</summary>
public sealed partial class LocalPlannerTests
{
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
    public void What_is_put_back_gives_way_only_when_it_had_the_time_to_serve()
    {
        Is("", Superseded(startedAgo: 64));
        Is("remove web-R1-b drain 30", Superseded(startedAgo: 66));
        Assert.Equal(TimeSpan.FromSeconds(0.5), Superseded(startedAgo: 64.5).Assess().LookAgain);

        // What serves is of neither the release before the change nor of its own: a change that was superseded.
        static Situation Superseded(double startedAgo) =>
            new Situation()
                .Before("web", "R1")
                .Wants("web", "R3")
                .Has("web-R2-a")
                .Has(
                    "web-R1-b",
                    p =>
                        p with
                        {
                            Started = Situation.Now.AddSeconds(-startedAgo),
                            Probe = new ProbeState { Failures = 9 },
                        }
                )
                .Routes("web", "R2", "web-R2-a");
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
}
