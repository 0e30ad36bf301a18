using Palisade.Storage.Jobs;

namespace Palisade.Storage.Tests.Jobs;

/// <summary>Who gets which job.</summary>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task Never_two_of_one_kind_and_stream_at_a_time()
    {
        await NodeAsync("n1");
        await NodeAsync("n2");
        await EnqueueAsync(
            Job("a", stream: "app/acme/s/x"),
            Job("b", stream: "app/acme/s/x"),
            Job("c", stream: "app/acme/s/x", kind: "other")
        );

        var first = await Store.Jobs.ClaimAsync("n1", 10);
        Assert.Equal(["a", "c"], first.Select(job => job.Job.Id));
        Assert.Empty(await ClaimAsync("n2"));

        await Store.Jobs.EndAsync(first[0].Fence, new JobEnd.Failed("no"));
        Assert.Equal(["b"], await ClaimAsync("n2"));
    }

    [Fact]
    public async Task Concurrent_claims_share_and_never_double()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 60).Select(i => Job($"j{i}"))]);
        var claims = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        await NodeAsync($"n{i}");
                        return await ClaimAsync($"n{i}", 10);
                    })
                )
        );

        var ids = claims.SelectMany(claim => claim).ToList();
        Assert.Equal(60, ids.Count);
        Assert.Equal(60, ids.Distinct().Count());
    }

    [Fact]
    public async Task Organizations_take_turns_over_claims_of_one()
    {
        await NodeAsync("n1");
        await EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => Job($"a{i}", "acme"))]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Jobs.HeartbeatAsync("n1");
        await EnqueueAsync(Job("b0", "beta"), Job("b1", "beta"));

        var order = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            order.AddRange(await ClaimAsync("n1", 1));
        }

        Assert.Equal(["a0", "b0", "a1", "b1", "a2"], order);
        await EnqueueAsync(Job("b2", "beta"));
        Assert.Equal(["b2", "a3", "a4"], await ClaimAsync("n1", 3));
    }

    [Fact]
    public async Task Thousands_of_one_organization_leave_room_for_others_and_the_fewest_running_go_first()
    {
        await NodeAsync("n1");
        await NodeAsync("n2");
        await EnqueueAsync([.. Enumerable.Range(0, 250).Select(i => Job($"a{i}", "acme"))]);

        Assert.Equal(3, (await Store.Jobs.ClaimAsync("n1", 10, maxOfOrg: 3)).Length);
        Assert.Empty(await Store.Jobs.ClaimAsync("n1", 10, maxOfOrg: 3));
        Assert.Equal(3, (await Store.Jobs.ClaimAsync("n2", 10, maxOfOrg: 3)).Length);

        // Long after those of the other, which have run out of room, or have run on whatever node.
        await EnqueueAsync(Job("b0", "beta"), Job("b1", "beta"), Job("b2", "beta"), Job("b3", "beta"));
        Assert.Equal(["b0"], (await Store.Jobs.ClaimAsync("n1", 1, maxOfOrg: 3)).Select(job => job.Job.Id));
        Assert.Equal(["b1", "b2", "b3"], (await Store.Jobs.ClaimAsync("n2", 3)).Select(job => job.Job.Id));
    }

    [Fact]
    public async Task A_standing_job_takes_no_place_of_its_organization_and_waits_behind_none()
    {
        await NodeAsync("n1");
        await EnqueueAsync([.. Enumerable.Range(0, 50).Select(i => Job($"a{i}"))]);
        Assert.Equal(["a0"], (await Store.Jobs.ClaimAsync("n1", 3, maxOfOrg: 1)).Select(job => job.Job.Id));

        await EnqueueAsync(Job("always") with { Standing = true });

        Assert.Equal(["always"], (await Store.Jobs.ClaimAsync("n1", 3, maxOfOrg: 1)).Select(job => job.Job.Id));
        Assert.Empty(await Store.Jobs.ClaimAsync("n1", 3, maxOfOrg: 1));
        Assert.Equal(["a1"], (await Store.Jobs.ClaimAsync("n1", 3, maxOfOrg: 2)).Select(job => job.Job.Id));
    }

    [Fact]
    public async Task Capabilities_and_due_times_are_kept()
    {
        await NodeAsync("plain");
        await NodeAsync("host", "host:m1");
        await EnqueueAsync(
            Job("needs") with
            {
                Capability = "host:m1",
            },
            Job("later") with
            {
                Due = Clock.GetUtcNow().AddSeconds(1),
            }
        );

        Assert.Empty(await ClaimAsync("plain"));
        Assert.Equal(["needs"], await ClaimAsync("host"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["later"], await ClaimAsync("plain"));
    }
}
