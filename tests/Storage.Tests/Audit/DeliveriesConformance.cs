using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Tests.Audit;

public abstract class DeliveriesConformance(IStoreHarness harness) : StoreTest(harness)
{
    [Fact]
    public async Task A_cursor_is_kept_for_each_sink_of_each_log()
    {
        var fence = await ClaimAsync();
        var (failing, fine) = (
            new Delivery(3)
            {
                Succeeded = Clock.GetUtcNow(),
                Failures = 2,
                FailingSince = Clock.GetUtcNow(),
                Error = "it hurts",
            },
            new Delivery(9)
        );
        Assert.True(await Store.Deliveries.SaveAsync(fence, "acme", "one", new(1)));
        Assert.True(await Store.Deliveries.SaveAsync(fence, "acme", "one", failing));
        Assert.True(await Store.Deliveries.SaveAsync(fence, "other", "one", fine));
        await ReopenAsync();

        Assert.Equal(failing, await Store.Deliveries.FindAsync("acme", "one"));
        Assert.Equal(fine, await Store.Deliveries.FindAsync("other", "one"));
        Assert.Null(await Store.Deliveries.FindAsync("acme", "two"));
        await Store.Deliveries.DeleteAsync("acme", "one");
        Assert.Null(await Store.Deliveries.FindAsync("acme", "one"));
        Assert.NotNull(await Store.Deliveries.FindAsync("other", "one"));
    }

    [Fact]
    public async Task Whoever_watches_a_log_is_told_of_its_deliveries()
    {
        var fence = await ClaimAsync();
        await using var changes = Store.Changes.SubscribeAsync(IDeliveries.Topic("acme")).GetAsyncEnumerator();
        var next = changes.MoveNextAsync().AsTask();

        Assert.True(await Store.Deliveries.SaveAsync(fence, "other", "one", new(1)));
        Assert.True(await Store.Deliveries.SaveAsync(fence, "acme", "one", new(1)));

        Assert.True(await next.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(IDeliveries.Topic("acme"), changes.Current.Topic);
    }

    [Fact]
    public async Task An_attempt_that_is_over_moves_no_cursor()
    {
        var stale = await ClaimAsync();
        Assert.True(await Store.Deliveries.SaveAsync(stale, "acme", "one", new(1)));
        await Store.Jobs.EndAsync(stale, new JobEnd.Retry("", TimeSpan.Zero));
        var current = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1)).Fence;

        Assert.False(await Store.Deliveries.SaveAsync(stale, "acme", "one", new(2)));

        Assert.Equal(1, (await Store.Deliveries.FindAsync("acme", "one"))!.Next);
        Assert.True(await Store.Deliveries.SaveAsync(current, "acme", "one", new(2)));
    }

    private async Task<JobFence> ClaimAsync()
    {
        await Store.Jobs.RegisterAsync(new("n1", "", []));
        var job = new JobDraft
        {
            Id = "deliver/1",
            Kind = "audit.deliver",
            Org = "acme",
            Stream = "audit/acme/one",
            Operation = "system.maintain",
            Resource = "",
            Caller = Ada,
        };
        await Store.Journal.AppendAsync(new() { Org = "acme", Jobs = [job] });
        return Assert.Single(await Store.Jobs.ClaimAsync("n1", 1)).Fence;
    }
}
