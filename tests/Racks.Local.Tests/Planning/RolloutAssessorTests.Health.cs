using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>Answers, wrong ones and none.</summary>
public sealed partial class RolloutAssessorTests
{
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
}
