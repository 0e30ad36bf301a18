using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps.Detail;

namespace Palisade.Browser.Tests;

public sealed class ProcessPlanTests
{
    [Theory]
    [InlineData(1, 64, 3, 64, 2, 0)]
    [InlineData(3, 64, 1, 64, 0, 2)]
    [InlineData(2, 64, 3, 128, 3, 2)]
    [InlineData(2, 64, 0, 64, 0, 2)]
    [InlineData(2, 64, 2, 64, 0, 0)]
    public void What_starts_and_stops_follows_from_count_and_size(
        int count,
        int memory,
        int newCount,
        int newMemory,
        int starts,
        int stops
    )
    {
        var plan = Plan(new(count, 100, memory), new(newCount, 100, newMemory));

        Assert.Equal((starts, stops), (plan.Starts, plan.Stops));
        Assert.Equal(starts + stops == 0, plan.IsNothing);
    }

    [Fact]
    public void Only_what_differs_is_set_and_the_rest_stays_with_the_manifest()
    {
        var plan = Plan(new(1, 100, 64), new ProcessQuery("web", null, null) { Count = 2 }.SizeFrom(new(1, 100, 64)));

        Assert.Equal(new ScaleOverride(2, null, null), plan.Change);
        Assert.Equal("Scale web of acme/staging/shop to 2", plan.Deed);
    }

    private static ProcessPlan.Scale Plan(ServiceSize from, ServiceSize to) =>
        new(AppRef.Parse("acme/staging/shop"), Deployment.None, null)
        {
            Service = "web",
            Now = from,
            To = to,
        };
}
