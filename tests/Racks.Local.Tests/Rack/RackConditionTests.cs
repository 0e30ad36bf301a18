using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class RackConditionTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void It_is_so_since_it_became_so_however_often_it_is_looked_at()
    {
        var ready = RackCondition.Unseen(Start).Seen(null, Start.AddSeconds(1)).Seen(null, Start.AddSeconds(9));

        Assert.Equal(new RackCondition(null, Start.AddSeconds(1), Start.AddSeconds(9)), ready);
        var broken = ready.Seen("the router does not run", Start.AddSeconds(10)).ToHealth("x");
        Assert.Equal((false, "the router does not run"), (broken.Healthy, broken.Problem));
        Assert.Equal((Start.AddSeconds(10), Start.AddSeconds(10)), (broken.Since, broken.LookedAt));
    }

    [Fact]
    public void Before_the_first_look_it_is_starting_and_nobody_has_looked()
    {
        var health = RackCondition.Unseen(Start).ToHealth("x");

        Assert.Equal((false, RackCondition.Starting, null), (health.Healthy, health.Problem, health.LookedAt));
    }
}
