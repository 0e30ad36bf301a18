using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

public sealed class RolloutAssessorTests
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
    public void One_silence_or_two_leave_a_healthy_process_healthy_and_three_do_not()
    {
        var healthy = ProbeState.None.After(true, true, "status 200", Situation.Now);
        var silent = healthy
            .After(false, false, "timed out", Situation.Now.AddSeconds(5))
            .After(false, false, "timed out", Situation.Now.AddSeconds(10));

        Assert.Equal(Situation.Now, silent.HealthySince);
        Assert.Null(silent.After(false, false, "timed out", Situation.Now.AddSeconds(15)).HealthySince);
        Assert.Equal((0, 0), (silent.After(true, true, "status 200", Situation.Now).Failures, silent.WrongAnswers));
    }

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

    [Theory]
    [InlineData(4.9, 3, false)]
    [InlineData(5, 2, false)]
    [InlineData(5, 3, true)]
    public void Wrong_answers_are_a_fault_after_the_grace_time(double age, int answers, bool fault) =>
        Assert.Equal(
            fault ? "web: health check / of process web-R2-a answers status 500" : null,
            Starting(
                    age,
                    new ProbeState
                    {
                        Failures = answers,
                        WrongAnswers = answers,
                        Answered = true,
                        LastAnswer = "status 500",
                    }
                )
                .Assess()
                .Fault?.Cause
        );

    [Fact]
    public void Silence_and_one_wrong_answer_are_no_fault_before_the_deadline() =>
        Assert.Null(
            Starting(
                    60,
                    new ProbeState
                    {
                        Failures = 12,
                        WrongAnswers = 1,
                        Answered = true,
                        LastAnswer = "status 503",
                    }
                )
                .Assess()
                .Fault
        );

    [Theory]
    [InlineData(64.9, false)]
    [InlineData(65, true)]
    public void No_answer_is_a_fault_after_the_deadline(double age, bool fault) =>
        Assert.Equal(
            fault ? "rollout.unhealthy" : null,
            Starting(age, new ProbeState { Failures = 20, LastAnswer = "connection refused" }).Assess().Fault?.Code
        );

    [Fact]
    public void A_port_that_nothing_listens_on_is_said_with_what_to_do() =>
        Assert.EndsWith(
            "connection refused; it must listen on port 80 of 0.0.0.0, not of 127.0.0.1",
            Starting(65, new ProbeState { Failures = 20, LastAnswer = "connection refused" }).Assess().Fault?.Cause,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_restarted_server_that_has_asked_nothing_yet_finds_no_fault() =>
        Assert.Null(Starting(3600, ProbeState.None).Assess().Fault);

    [Fact]
    public void One_bad_answer_of_an_old_process_is_no_fault() =>
        Assert.Null(
            Starting(
                    3600,
                    new ProbeState
                    {
                        Failures = 1,
                        Answered = true,
                        LastAnswer = "status 503",
                    }
                )
                .Assess()
                .Fault
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
    public void One_that_gets_no_address_is_a_fault_after_the_deadline() =>
        Assert.NotNull(
            New()
                .Has(
                    "web-R2-a",
                    p => p with { Started = Situation.Now.AddSeconds(-65), Ip = "", Probe = ProbeState.None }
                )
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
