using Palisade.Grains.Access;
using Palisade.Grains.Tests.Hosting;

namespace Palisade.Grains.Tests.Access;

public sealed class TokenBucketsTests
{
    private readonly ForwardTime _clock = new();

    [Fact]
    public void S08_a_bucket_is_swept_by_its_own_rate_and_not_by_that_of_others()
    {
        var buckets = new TokenBuckets(perSecond: 1, burst: 2, _clock, capacity: 2);
        buckets.Take("slow", 0.001, 2);
        buckets.Take("slow", 0.001, 2);
        buckets.Take("a");
        buckets.Take("b");
        _clock.Forward(TimeSpan.FromSeconds(10));

        // One more than there is room for: whoever is full goes.
        buckets.Take("c");

        Assert.Equal(TimeSpan.FromSeconds(990), buckets.Take("slow", 0.001, 2));
    }

    [Fact]
    public void What_is_given_back_fills_a_bucket_to_its_own_size()
    {
        var buckets = new TokenBuckets(perSecond: 1, burst: 1, _clock);
        buckets.Take("large", 1, 3);
        buckets.Give("large");

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => buckets.Take("large", 1, 3) == TimeSpan.Zero));
    }
}
