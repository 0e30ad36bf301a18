using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>Where the maximum leaves no room for old and new.</summary>
public sealed partial class LocalPlannerTests
{
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
}
