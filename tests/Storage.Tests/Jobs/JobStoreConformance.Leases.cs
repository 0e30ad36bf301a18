using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Jobs;

/// <summary>Nodes that die, attempts that are late.</summary>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task Jobs_of_a_dead_node_are_taken_over_and_its_results_are_fenced()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"));
        var old = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        Clock.Advance(TimeSpan.FromSeconds(2.1));
        await NodeAsync("n2");

        var taken = Assert.Single(await Store.Jobs.ClaimAsync("n2", 1));

        Assert.Equal(2, taken.Attempt);
        Assert.False(await Store.Jobs.HeartbeatAsync("n1"));
        Assert.Empty(await ClaimAsync("n1"));
        Assert.False(await Store.Jobs.ProgressAsync(old.Fence, "late"));
        Assert.False(await Store.Jobs.EndAsync(old.Fence, new JobEnd.Done()));
        Assert.Equal(
            new Palisade.Storage.Journal.Fenced("j1"),
            await Store.Journal.AppendAsync(Append(Write("app/acme/staging/j1", 0)) with { Fences = [old.Fence] })
        );
        Assert.Equal(0, await HeadAsync("app/acme/staging/j1"));
    }

    [Fact]
    public async Task An_end_that_is_told_again_is_the_same_end_until_something_comes_after_it()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"));
        var first = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        var again = new JobEnd.Retry("boom", TimeSpan.Zero);

        Assert.True(await Store.Jobs.EndAsync(first.Fence, again));
        Assert.True(await Store.Jobs.EndAsync(first.Fence, again));
        Assert.False(await Store.Jobs.EndAsync(first.Fence, new JobEnd.Done()));

        var second = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        Assert.False(await Store.Jobs.EndAsync(first.Fence, again));
        Assert.True(await Store.Jobs.EndAsync(second.Fence, new JobEnd.Dead("gave up")));
        Assert.True(await Store.Jobs.EndAsync(second.Fence, new JobEnd.Dead("gave up")));
        Assert.Equal((JobStatus.Dead, "gave up"), await ErrorAsync("j1"));

        async Task<(JobStatus, string?)> ErrorAsync(string id) =>
            await Store.Jobs.GetAsync(id) is { } row ? (row.Status, row.LastError) : default;
    }

    [Fact]
    public async Task Heartbeats_keep_a_lease()
    {
        await NodeAsync("n1");
        await NodeAsync("n2");
        await EnqueueAsync(Job("j1"));
        await ClaimAsync("n1");
        for (var i = 0; i < 10; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(0.5));
            Assert.True(await Store.Jobs.HeartbeatAsync("n1"));
            Assert.True(await Store.Jobs.HeartbeatAsync("n2"));
        }

        Assert.Empty(await ClaimAsync("n2"));
        Assert.False(await Store.Jobs.HeartbeatAsync("unknown"));
    }

    [Fact]
    public async Task A_node_is_found_by_what_it_can_do_while_its_lease_holds()
    {
        await Store.Jobs.RegisterAsync(new NodeInfo("n1", "https://10.0.0.1:5445/", ["host:a"]));
        await Store.Jobs.RegisterAsync(new NodeInfo("n2", "https://10.0.0.2:5445/", ["host:b"]));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Jobs.RegisterAsync(new NodeInfo("n3", "https://10.0.0.1:5446/", ["host:a"]));

        // Of two incarnations of a machine the one heard of last.
        Assert.Equal("https://10.0.0.1:5446/", (await Store.Jobs.FindNodeAsync("host:a"))?.Url);
        Assert.Equal("n2", (await Store.Jobs.FindNodeAsync("host:b"))?.Id);
        Assert.Null(await Store.Jobs.FindNodeAsync("host:c"));
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Null(await Store.Jobs.FindNodeAsync("host:b"));
        Assert.Equal("n3", (await Store.Jobs.FindNodeAsync("host:a"))?.Id);
    }

    [Fact]
    public async Task Jobs_of_an_earlier_process_are_due_again_after_a_restart()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"));
        await ClaimAsync("n1");

        await ReopenAsync();
        Clock.Advance(TimeSpan.FromSeconds(3));
        await NodeAsync("n2");

        Assert.Equal(2, Assert.Single(await Store.Jobs.ClaimAsync("n2", 1)).Attempt);
    }

    [Fact]
    public async Task A_fence_that_completes_ends_the_job_in_the_append()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"));
        var job = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));

        var append = Append(Write("app/acme/staging/j1", 0)) with { Fences = [job.Fence with { Complete = true }] };
        Assert.IsType<Palisade.Storage.Journal.HeadMoved>(
            await Store.Journal.AppendAsync(append with { Guards = [new(new("org/acme"), 7)] })
        );
        Assert.Equal(JobStatus.Running, (await RowAsync("j1")).Status);

        Assert.IsType<Palisade.Storage.Journal.Appended>(await Store.Journal.AppendAsync(append));
        Assert.Equal(JobStatus.Done, (await RowAsync("j1")).Status);
    }

    [Fact]
    public async Task Retries_wait_and_dead_letters_stay()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"));
        var first = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        await Store.Jobs.EndAsync(first.Fence, new JobEnd.Retry("boom", TimeSpan.FromSeconds(1)));
        Assert.Empty(await ClaimAsync("n1"));

        Clock.Advance(TimeSpan.FromSeconds(1));
        var second = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        Assert.Equal(2, second.Attempt);
        await Store.Jobs.EndAsync(second.Fence, new JobEnd.Dead("gave up"));

        var row = (await Store.Jobs.GetAsync("j1"))!;
        Assert.Equal((JobStatus.Dead, "gave up"), (row.Status, row.LastError));
        Assert.Empty(await ClaimAsync("n1"));
    }
}
