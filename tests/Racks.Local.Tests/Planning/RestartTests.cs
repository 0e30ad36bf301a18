using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>Processes that end, and servers that are killed.</summary>
public sealed class RestartTests
{
    [Fact]
    public void One_that_is_killed_by_hand_is_started_at_once() =>
        Assert.Equal("start web#0", Steady().Ended("web-R1-a", 0.01, 137, lived: 3600).Plan());

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(6, 16)]
    [InlineData(8, 60)]
    [InlineData(10, 60)]
    public void A_crash_loop_waits_longer_each_time(int ends, double seconds)
    {
        Assert.Equal("start web#0", Loop(ends, seconds + 0.01).Plan());
        if (seconds > 0)
        {
            Assert.Equal("", Loop(ends, seconds - 0.01).Plan());
            Assert.InRange(
                Loop(ends, seconds - 0.25).Assess().LookAgain,
                TimeSpan.FromMilliseconds(10),
                TimeSpan.FromMilliseconds(251)
            );
        }
    }

    [Fact]
    public void Many_that_end_at_once_are_one_failure()
    {
        var situation = new Situation()
            .NotProving()
            .Wants("web", "R1", s => s with { Count = 5 })
            .Routes("web", "R1", "");
        for (var i = 0; i < 5; i++)
        {
            situation.Ended($"web-R1-{i}", 1 + i, lived: 3600);
        }

        Assert.Equal("start web#0\nstart web#1\nstart web#2\nstart web#3\nstart web#4", situation.Plan());
    }

    [Fact]
    public void Evidence_is_kept_until_the_service_has_been_well_for_a_while()
    {
        Assert.Equal("", Well(startedAgo: 9, endedAgo: 12).Plan());
        Assert.False(Well(startedAgo: 9, endedAgo: 12).Assess().Settled);
        Assert.Equal("remove web-R1-x drain 0", Well(startedAgo: 10, endedAgo: 12).Plan());

        static Situation Well(double startedAgo, double endedAgo) =>
            new Situation()
                .NotProving()
                .Wants("web", "R1")
                .Has(
                    "web-R1-a",
                    p =>
                        p with
                        {
                            Started = Situation.Now.AddSeconds(-startedAgo),
                            Probe = new ProbeState { HealthySince = Situation.Now.AddSeconds(-startedAgo + 1) },
                        }
                )
                .Ended("web-R1-x", endedAgo)
                .Routes("web", "R1", "web-R1-a");
    }

    [Fact]
    public void Too_much_evidence_is_thinned_but_the_wait_stays()
    {
        var situation = new Situation()
            .NotProving()
            .Wants("web", "R1", s => s with { Count = 2 })
            .Routes("web", "R1", "");
        for (var i = 0; i < 9; i++)
        {
            situation.Ended($"web-R1-{i}a", 1 + (10 * i)).Ended($"web-R1-{i}b", 1.1 + (10 * i));
        }

        var removed = situation.Plan().Split('\n');

        Assert.Equal(10, removed.Length);
        Assert.All(removed, r => Assert.EndsWith("drain 0", r, StringComparison.Ordinal));
        Assert.Equal(9, removed.Count(r => r.Contains("a drain", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_was_made_but_not_started_when_the_server_was_killed_is_started() =>
        Assert.Equal(
            "start web-R1-a existing",
            Steady().Has("web-R1-a", p => p with { State = ProcessPhase.Created, Started = null }).Plan()
        );

    [Fact]
    public void What_is_being_started_is_left_alone() =>
        Assert.Equal(
            "",
            Steady()
                .Has("web-R1-a", p => p with { State = ProcessPhase.Created, Started = null, Starting = true })
                .Plan()
        );

    [Fact]
    public void Of_doubled_ones_the_surplus_goes_and_what_never_ran_first() =>
        Assert.Equal(
            "remove web-R1-b drain 0",
            Steady()
                .Has("web-R1-a")
                .Has("web-R1-b", p => p with { State = ProcessPhase.Created, Started = null })
                .Routes("web", "R1", "web-R1-a")
                .Plan()
        );

    [Fact]
    public void A_removal_that_a_killed_server_had_begun_is_planned_again()
    {
        Assert.Equal("", Drained(draining: true).Plan());
        Assert.Equal("remove web-R1-a drain 30", Drained(draining: false).Plan());

        static Situation Drained(bool draining) =>
            new Situation()
                .NotProving()
                .Wants("web", "R2")
                .Has("web-R1-a", p => p with { Draining = draining })
                .Has("web-R2-a")
                .Routes("web", "R2", "web-R2-a");
    }

    [Fact]
    public void A_start_that_fails_waits_for_as_long_as_it_has_failed()
    {
        Assert.Equal("", Steady().Fails("web", "process", "rack.engine", since: 8, last: 3.99, times: 4).Plan());
        Assert.Equal(
            "start web#0",
            Steady().Fails("web", "process", "rack.engine", since: 8, last: 4.01, times: 4).Plan()
        );
        Assert.Equal("", Steady().Fails("web", "process", "rack.engine", since: 0.4, last: 0.4, times: 1).Plan());
    }

    [Fact]
    public void Settled_is_when_nothing_is_left()
    {
        Assert.True(
            new Situation()
                .NotProving()
                .Wants("web", "R1")
                .Has("web-R1-a")
                .Routes("web", "R1", "web-R1-a")
                .Assess()
                .Settled
        );
        Assert.True(new Situation().NotProving().Assess().Settled);
        Assert.False(new Situation().NotProving().Has("web-R1-a", p => p with { Draining = true }).Assess().Settled);
    }

    private static Situation Steady() => new Situation().NotProving().Wants("web", "R1").Routes("web", "R1", "");

    private static Situation Loop(int ends, double sinceLast)
    {
        var situation = Steady();
        for (var i = 0; i < ends; i++)
        {
            situation.Ended($"web-R1-{i}", sinceLast + (20 * i), rollout: "");
        }

        return situation;
    }
}
