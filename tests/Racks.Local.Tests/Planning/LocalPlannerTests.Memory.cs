using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>Where the machine has no memory for old and new.</summary>
public sealed partial class LocalPlannerTests
{
    [Fact]
    public void As_many_start_as_have_memory() =>
        Is(
            "start web#0",
            Serving("R1", 2).Wants("web", "R2", s => Of(200, count: 2)(s) with { Minimum = 100 }).Free(399)
        );

    [Theory]
    [InlineData(50, "remove web-R1-a drain 30; remove web-R1-b drain 30")]
    [InlineData(75, "remove web-R1-a drain 30")]
    public void Without_memory_old_ones_give_way_down_to_the_minimum(int minimum, string plan)
    {
        DesiredService Four(DesiredService s) => Of(200, count: 4)(s) with { Minimum = minimum };
        Is(plan, Serving("R1", 4).Wants("web", "R2", Four).Before("web", "R1", Four).Free(100));
    }

    [Fact]
    public void Without_memory_and_with_nothing_to_give_it_is_waited_and_said_for_what()
    {
        var waiting = Serving("R1", 1).Wants("web", "R2", Of(200, count: 1)).Free(150);

        Is("", waiting);
        var progress = waiting.Assess();
        Assert.Null(progress.Fault);
        Assert.Equal("waits for 200 MiB of memory; 150 MiB are free", Assert.Single(progress.Services).LastProblem);
    }

    [Fact]
    public void A_start_that_found_no_memory_is_no_fault_of_the_change() =>
        Assert.Null(
            Serving("R1", 1)
                .Wants("web", "R2")
                .Fails("web", StartProcess.ResourceName, StepProblem.NoMemory, since: 60, last: 1, times: 9)
                .Assess()
                .Fault
        );

    [Fact]
    public void What_was_made_has_its_memory_already() =>
        Is(
            "start web-R1-a existing; route web []",
            new Situation()
                .Wants("web", "R1", Of(200, count: 1))
                .Has("web-R1-a", p => p with { State = ProcessPhase.Created, Started = null, Probe = ProbeState.None })
                .Free(0)
        );

    private static Func<DesiredService, DesiredService> Of(int memory, int count) =>
        s => s with { Memory = memory, Count = count };
}
