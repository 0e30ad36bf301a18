using Palisade.Storage.Usage;

namespace Palisade.Storage.Tests.Usage;

public abstract class AttemptsConformance(IStoreHarness harness) : StoreTest(harness)
{
    private static readonly AttemptLimit Limit = new(3, TimeSpan.FromSeconds(60));

    [Fact]
    public async Task So_many_in_a_row_and_then_one_each_time_has_passed()
    {
        Assert.Equal([0, 0, 0, 60, 60], await TakeAsync("a", 5));

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal([1], await TakeAsync("a", 1));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([0, 60], await TakeAsync("a", 2));

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([0, 0, 0, 60], await TakeAsync("a", 4));
    }

    [Fact]
    public async Task What_was_none_is_given_back_and_no_more_than_was_taken()
    {
        await TakeAsync("a", 4);
        await Store.Attempts.GiveAsync("a", Limit);
        Assert.Equal([0, 60], await TakeAsync("a", 2));

        for (var i = 0; i < 10; i++)
        {
            await Store.Attempts.GiveAsync("a", Limit);
            await Store.Attempts.GiveAsync("never taken", Limit);
        }

        Assert.Equal([0, 0, 0, 60], await TakeAsync("a", 4));
        Assert.Equal([0, 0, 0, 60], await TakeAsync("never taken", 4));
    }

    [Fact]
    public async Task Each_key_has_its_own()
    {
        await TakeAsync("a", 4);

        Assert.Equal([0], await TakeAsync("b", 1));
    }

    [Fact]
    public async Task Of_those_that_come_at_once_as_many_are_allowed_as_there_are()
    {
        var waits = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(_ => Task.Run(() => Store.Attempts.TakeAsync("a", Limit)))
        );

        Assert.Equal(3, waits.Count(wait => wait == TimeSpan.Zero));
    }

    /// <summary>Seconds to wait.</summary>
    private async Task<List<double>> TakeAsync(string key, int times)
    {
        var waits = new List<double>();
        for (var i = 0; i < times; i++)
        {
            waits.Add((await Store.Attempts.TakeAsync(key, Limit)).TotalSeconds);
        }

        return waits;
    }
}
