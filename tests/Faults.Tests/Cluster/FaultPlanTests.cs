namespace Palisade.Faults.Tests.Cluster;

public sealed class FaultPlanTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    [Fact]
    public void A_seed_gives_the_same_plan_again_and_another_one_another()
    {
        Assert.True(Plan(7).Faults.SequenceEqual(Plan(7).Faults));
        Assert.False(Plan(7).Faults.SequenceEqual(Plan(8).Faults));
    }

    [Fact]
    public void Every_kind_of_fault_is_in_every_plan_and_over_before_its_end()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var plan = Plan(seed);

            Assert.Equal(4, plan.Faults.Select(fault => fault.GetType()).Distinct().Count());
            Assert.Contains(plan.Faults, fault => fault is Fault.Pause && fault.Lasts == Longest);
            Assert.All(plan.Faults, fault => Assert.True(fault.At + fault.Lasts <= Time, $"seed {seed}: {fault}"));
        }
    }

    private static FaultPlan Plan(int seed) => FaultPlan.Of(seed, 3, Time, Longest);
}
