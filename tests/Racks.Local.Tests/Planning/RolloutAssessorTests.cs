using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

public sealed partial class RolloutAssessorTests
{
    [Fact]
    public void Three_ends_are_a_fault_with_the_exit_code()
    {
        Assert.Null(New().Ended("web-R2-a", 3, 7).Ended("web-R2-b", 2, 7).Assess().Fault);
        var fault = New().Ended("web-R2-a", 3, 7).Ended("web-R2-b", 2, 7).Ended("web-R2-c", 1, 42).Assess().Fault;
        Assert.Equal(new RolloutFault("rollout.crashed", "web: process web-R2-c exited with code 42 (3 times)"), fault);
        Assert.DoesNotContain(
            "start",
            New().Ended("web-R2-a", 30).Ended("web-R2-b", 20).Ended("web-R2-c", 10).Plan(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Ends_of_an_earlier_change_are_not_counted() =>
        Assert.Null(
            New()
                .Ended("web-R2-a", 3, rollout: "before")
                .Ended("web-R2-b", 2, rollout: "before")
                .Ended("web-R2-c", 1)
                .Assess()
                .Fault
        );

    [Fact]
    public void What_can_not_be_put_back_of_the_way_back_is_no_fault_of_the_change() =>
        Assert.Null(
            New()
                .Before("web", "R1")
                .Fails("web", "previous process", "rack.image_missing", since: 9, last: 0, times: 5, final: true)
                .Assess()
                .Fault
        );

    [Fact]
    public void Memory_is_named_as_the_cause() =>
        Assert.Equal(
            "was killed because it ran out of memory",
            RolloutAssessor.Ended(
                new LocalProcess
                {
                    Id = "",
                    Service = "",
                    Release = "",
                    SpecHash = "",
                    RolloutId = "",
                    State = ProcessPhase.Exited,
                    OutOfMemory = true,
                    ExitCode = 137,
                }
            )
        );

    [Fact]
    public void A_port_that_nothing_listens_on_is_said_with_what_to_do() =>
        Assert.EndsWith(
            "connection refused; it must listen on port 80 of 0.0.0.0, not of 127.0.0.1",
            Starting(65, new ProbeState { Failures = 20, LastAnswer = "connection refused" }).Assess().Fault?.Cause,
            StringComparison.Ordinal
        );

    [Fact]
    public void What_ran_before_is_no_fault_of_a_change_that_scales_it() =>
        Assert.Null(
            new Situation()
                .Wants("web", "R1", s => s with { Count = 3 })
                .Has(
                    "web-R1-a",
                    p =>
                        p with
                        {
                            RolloutId = "before",
                            Probe = new ProbeState
                            {
                                Failures = 50,
                                Answered = true,
                                LastAnswer = "status 503",
                            },
                        }
                )
                .Routes("web", "R1", "web-R1-a")
                .Assess()
                .Fault
        );

    [Fact]
    public void A_missing_image_is_a_fault_at_once()
    {
        var fault = New()
            .Fails("web", "process", "rack.image_missing", since: 0, last: 0, times: 1, final: true)
            .Assess()
            .Fault;
        Assert.Equal(new RolloutFault("rollout.image", "web: rack.image_missing happened"), fault);
    }

    [Theory]
    [InlineData("process", 4.9, null)]
    [InlineData("process", 5, "rollout.start")]
    [InlineData("route", 5, "rollout.route")]
    public void A_step_that_goes_on_failing_is_a_fault(string resource, double since, string? code) =>
        Assert.Equal(code, New().Fails("web", resource, "rack.engine", since, last: 0, times: 4).Assess().Fault?.Code);

    [Fact]
    public void There_is_no_fault_without_a_change()
    {
        Assert.Null(
            new Situation()
                .NotProving()
                .Wants("web", "R1")
                .Ended("web-R1-a", 3, rollout: "")
                .Ended("web-R1-b", 2, rollout: "")
                .Ended("web-R1-c", 1, rollout: "")
                .Assess()
                .Fault
        );
    }

    [Fact]
    public void Without_a_port_a_process_is_proven_when_it_has_run_for_a_while()
    {
        Assert.False(Worker(1.99).Assess().Proven);
        Assert.Equal(TimeSpan.FromMilliseconds(10), Worker(1.99).Assess().LookAgain);
        Assert.True(Worker(2).Assess().Proven);

        static Situation Worker(double age) =>
            new Situation()
                .Wants("web", "R2", s => s with { Port = null })
                .Has(
                    "web-R2-a",
                    p =>
                        p with
                        {
                            Port = null,
                            Probed = false,
                            Started = Situation.Now.AddSeconds(-age),
                            Probe = ProbeState.None,
                        }
                );
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("web-R1-a", false)]
    [InlineData("web-R1-a web-R1-b", true)]
    public void A_change_is_proven_when_no_new_request_goes_to_what_it_replaces(string withdrawn, bool proven)
    {
        var progress = New()
            .Has("web-R1-a web-R1-b", p => p with { Draining = true })
            .Has("web-R2-a")
            .Routes("web", "R1", "web-R1-a web-R1-b web-R2-a", withdrawn)
            .Assess();

        Assert.Equal((proven, false), (progress.Proven, progress.Settled));
    }

    [Fact]
    public void A_change_that_takes_a_service_away_is_proven_when_it_gets_no_new_request()
    {
        Assert.False(Gone("").Assess().Proven);
        Assert.True(Gone("api-R1-a").Assess().Proven);

        static Situation Gone(string withdrawn) =>
            New().Has("web-R2-a api-R1-a").Routes("web", "R2", "web-R2-a").Routes("api", "R1", "api-R1-a", withdrawn);
    }

    [Fact]
    public void Nothing_wanted_is_proven() =>
        Assert.True(new Situation().Wants("web", "R2", s => s with { Count = 0 }).Assess().Proven);

    [Fact]
    public void The_next_look_is_when_a_healthy_answer_has_held_long_enough()
    {
        var progress = New()
            .Has("web-R2-a", p => p with { Probe = new ProbeState { HealthySince = Situation.Now.AddSeconds(-0.7) } })
            .Routes("web", "R2", "web-R2-a")
            .Assess();

        Assert.False(progress.Proven);
        Assert.Equal(TimeSpan.FromMilliseconds(300), progress.LookAgain);
    }

    private static Situation New() => new Situation().Wants("web", "R2").Routes("web", "R2", "");

    private static Situation Starting(double age, ProbeState probe) =>
        New().Has("web-R2-a", p => p with { Started = Situation.Now.AddSeconds(-age), Probe = probe });
}
