using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Jobs;

public abstract partial class JobStoreConformance(IStoreHarness harness) : StoreTest(harness)
{
    private static JobDraft Job(string id, string org = "acme", string? stream = null, string kind = "app.converge") =>
        new()
        {
            Id = id,
            Kind = kind,
            Org = org,
            Stream = stream ?? $"app/{org}/staging/{id}",
            Operation = "app.converge",
            Resource = "staging/web",
            Caller = Ada,
            Payload = "{\"n\":1}",
        };

    private Task<AppendResult> CancelAsync(string org, params string[] jobs) =>
        Store.Journal.AppendAsync(new() { Org = org, CancelJobs = [.. jobs] });

    private async Task EnqueueAsync(params JobDraft[] jobs)
    {
        foreach (var job in jobs)
        {
            await Store.Journal.AppendAsync(new() { Org = job.Org, Jobs = [job] });
        }
    }

    private Task NodeAsync(string id, params string[] capabilities) =>
        Store.Jobs.RegisterAsync(new(id, "", [.. capabilities]));

    private async Task<string[]> ClaimAsync(string node, int max = 100) =>
        [.. (await Store.Jobs.ClaimAsync(node, max)).Select(job => job.Job.Id)];

    [Fact]
    public async Task A_job_is_claimed_once_and_ends()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"), Job("j1"));

        var claimed = Assert.Single(await Store.Jobs.ClaimAsync("n1", 10));

        Assert.Equal((Job("j1"), 1), (claimed.Job, claimed.Attempt));
        Assert.Empty(await ClaimAsync("n1"));
        Assert.True(await Store.Jobs.ProgressAsync(claimed.Fence, "half"));
        Assert.Equal((JobStatus.Running, "half", "n1"), await RowAsync("j1"));
        Assert.True(await Store.Jobs.EndAsync(claimed.Fence, new JobEnd.Done()));
        Assert.Equal((JobStatus.Done, "half", null), await RowAsync("j1"));
        Assert.False(await Store.Jobs.EndAsync(claimed.Fence, new JobEnd.Failed("late")));
        Assert.False(await Store.Jobs.ProgressAsync(claimed.Fence, "late"));
        Assert.Single(await Store.Jobs.ListAsync(new("acme") { Status = JobStatus.Done, Kind = "app.converge" }));
    }

    [Fact]
    public async Task Jobs_are_listed_in_parts_the_newest_first()
    {
        await EnqueueAsync(Job("j1"), Job("j2"), Job("other", org: "beta"), Job("j3"));

        Assert.Equal(["j3", "j2"], await ListAsync(new("acme") { Limit = 2 }));
        Assert.Equal(["j1"], await ListAsync(new("acme") { Before = "j2" }));
        Assert.Empty(await ListAsync(new("acme") { Before = "j1" }));
        Assert.Empty(await ListAsync(new("acme") { Before = "gone" }));
        Assert.Empty(await ListAsync(new("acme") { Before = "other" }));
    }

    private async Task<string[]> ListAsync(JobFilter filter) =>
        [.. (await Store.Jobs.ListAsync(filter)).Select(job => job.Job.Id)];

    private async Task<(JobStatus Status, string? Progress, string? Node)> RowAsync(string id) =>
        await Store.Jobs.GetAsync(id) is { } row
            ? (row.Status, row.Progress, row.Node)
            : throw new InvalidOperationException("no job " + id);

    [Fact]
    public async Task A_cancel_within_an_append_is_committed_with_it_or_not_at_all()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("j1"), Job("other", org: "beta"));
        await ClaimAsync("n1");
        var guard = new ReadGuard(StreamId.Org("acme"), 7);

        Assert.IsType<HeadMoved>(
            await Store.Journal.AppendAsync(
                new()
                {
                    Org = "acme",
                    Guards = [guard],
                    CancelJobs = ["j1"],
                }
            )
        );
        Assert.False((await Store.Jobs.GetAsync("j1"))!.CancelRequested);

        await Store.Journal.AppendAsync(new() { Org = "acme", CancelJobs = ["j1", "other", "none"] });
        Assert.True((await Store.Jobs.GetAsync("j1"))!.CancelRequested);
        Assert.False((await Store.Jobs.GetAsync("other"))!.CancelRequested);
    }

    [Fact]
    public async Task A_dead_job_is_queued_again_with_its_attempts_and_no_other_is()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("dead"), Job("other", org: "beta"), Job("failed"), Job("queued"));
        foreach (var claimed in await Store.Jobs.ClaimAsync("n1", 3))
        {
            JobEnd end = claimed.Job.Id == "failed" ? new JobEnd.Failed("no") : new JobEnd.Dead("ten attempts");
            Assert.True(await Store.Jobs.EndAsync(claimed.Fence, end));
        }

        foreach (var living in new[] { "other", "failed", "queued", "none" })
        {
            Assert.Equal(
                new Fenced(living),
                await Store.Journal.AppendAsync(new() { Org = "acme", RetryJobs = ["dead", living] })
            );
            Assert.Equal(JobStatus.Dead, (await Store.Jobs.GetAsync("dead"))!.Status);
        }

        // Of those that do it at once, one does.
        var results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Store.Journal.AppendAsync(new() { Org = "acme", RetryJobs = ["dead"] }))
        );
        Assert.Single(results.OfType<Appended>());
        Assert.Equal(5, results.OfType<Fenced>().Count());

        var row = (await Store.Jobs.GetAsync("dead"))!;
        Assert.Equal((JobStatus.Queued, 1, "ten attempts", null), (row.Status, row.Attempt, row.LastError, row.Ended));
        Assert.Equal(JobStatus.Dead, (await Store.Jobs.GetAsync("other"))!.Status);
        Assert.Equal(JobStatus.Failed, (await Store.Jobs.GetAsync("failed"))!.Status);
        var again = Assert.Single(await Store.Jobs.ClaimAsync("n1", 10), job => job.Job.Id == "dead");
        Assert.Equal((2, false), (again.Attempt, again.CancelRequested));
        Assert.False(await Store.Jobs.EndAsync(new JobFence("dead", 1), new JobEnd.Done()));
        Assert.True(await Store.Jobs.EndAsync(again.Fence, new JobEnd.Done()));
        Assert.Equal(JobStatus.Done, (await Store.Jobs.GetAsync("dead"))!.Status);
    }

    [Fact]
    public async Task Cancelling_hands_out_queued_jobs_to_be_given_up_and_asks_running_ones()
    {
        await NodeAsync("n1");
        await EnqueueAsync(Job("running"));
        var running = Assert.Single(await Store.Jobs.ClaimAsync("n1", 1));
        await EnqueueAsync(Job("queued") with { Capability = "host:gone", Due = Clock.GetUtcNow().AddHours(1) });
        Assert.Empty(await Store.Jobs.ClaimAsync("n1", 1));

        await CancelAsync("other", "running");
        Assert.False((await Store.Jobs.GetAsync("running"))!.CancelRequested);
        await CancelAsync("acme", "queued", "running", "none");

        // What waits for a job is told by whoever claims it, which any node can.
        var queued = Assert.Single(await Store.Jobs.ClaimAsync("n1", 2));
        Assert.Equal(("queued", true, false), (queued.Job.Id, queued.CancelRequested, running.CancelRequested));
        await Store.Jobs.EndAsync(queued.Fence, new JobEnd.Cancelled("cancelled"));
        await CancelAsync("acme", "queued");
        Assert.Equal(JobStatus.Cancelled, (await Store.Jobs.GetAsync("queued"))!.Status);
        Assert.True((await Store.Jobs.GetAsync("running"))!.CancelRequested);
        Assert.Equal(running.Fence, Assert.Single(await Store.Jobs.StopRequestedAsync("n1")));
        Assert.Empty(await Store.Jobs.StopRequestedAsync("n2"));
        await Store.Jobs.EndAsync(running.Fence, new JobEnd.Retry("stopped", TimeSpan.Zero));
        Assert.True(Assert.Single(await Store.Jobs.ClaimAsync("n1", 1)).CancelRequested);
    }

    [Fact]
    public async Task Waiting_ends_at_an_enqueue_and_at_a_due_time()
    {
        await NodeAsync("n1");
        var wait = Store.Jobs.WaitForDueAsync(TimeSpan.FromHours(1));
        await EnqueueAsync(Job("later") with { Due = Clock.GetUtcNow().AddSeconds(1) });
        await wait.WaitAsync(TimeSpan.FromSeconds(10));

        wait = Store.Jobs.WaitForDueAsync(TimeSpan.FromHours(1));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!wait.IsCompleted)
        {
            // The store looks when it is due on its own time, and waits by this clock from then on.
            Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(wait, Task.Delay(1, deadline.Token)).Unwrap();
        }

        await wait;
    }

    [Fact]
    public async Task Ended_jobs_are_kept_up_to_a_bound_per_organization()
    {
        await NodeAsync("n1");
        await Store.Journal.AppendAsync(
            new() { Org = "acme", Jobs = [.. Enumerable.Range(0, 1010).Select(i => Job($"j{i}"))] }
        );
        await EnqueueAsync(Job("other", "beta"));
        foreach (var job in await Store.Jobs.ClaimAsync("n1", 2000))
        {
            await Store.Jobs.EndAsync(job.Fence, new JobEnd.Done());
        }

        Assert.Equal(1000, (await Store.Jobs.ListAsync(new("acme") { Limit = 5000 })).Length);
        Assert.NotNull(await Store.Jobs.GetAsync("other"));
    }
}
