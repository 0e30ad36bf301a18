using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Grains.Jobs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Jobs;

/// <summary>A job that was given up is run again by who may, and by nobody else.</summary>
public sealed class JobGrainTests
{
    [Fact]
    public async Task A_job_that_was_given_up_is_run_again_once_and_on_record()
    {
        await using var acme = await StartAsync();
        await DeadAsync(acme, "lost");

        Assert.Equal(AccessRecords.Denied, Code(await Job(acme, "lost").RetryAsync(Auditor)));
        Assert.Equal(AccessRecords.Denied, Code(await Job(acme, "lost").RetryAsync(Developer)));
        Assert.Equal(1, (await RowAsync(acme, "lost")).Attempt);

        Ok(await Job(acme, "lost").RetryAsync(Administrator));

        // Nothing here runs its kind, so that it is given up again, by another attempt.
        await Eventually.Of(
            () => RowAsync(acme, "lost"),
            row => row is { Status: JobStatus.Dead, Attempt: 2 },
            "the job is tried and given up again"
        );
        var record = Assert.Single(await acme.RecordsAsync(Operations.JobRetry.Name, EntryResult.Ok));
        Assert.Equal(("ada", "staging/web"), (record.Actor.Id, record.Resource));
        Assert.Contains("\"job\":\"lost\"", record.Body, StringComparison.Ordinal);
        Assert.Equal(2, (await acme.RecordsAsync(Operations.JobRetry.Name, EntryResult.Denied)).Length);
    }

    [Fact]
    public async Task What_was_not_given_up_or_failed_for_good_is_not_run_again()
    {
        await using var acme = await StartAsync(pump: false);
        await EnqueueAsync(acme, "waiting", "gone.kind");

        Assert.Equal("job.not_dead", Code(await Job(acme, "waiting").RetryAsync(Administrator)));
        Assert.Equal("job.not_found", Code(await Job(acme, "none").RetryAsync(Administrator)));
        await KillAsync(acme, "build-1", BuildJob.Kind);
        Assert.Equal("job.over", Code(await Job(acme, "build-1").RetryAsync(Administrator)));
        Assert.Equal(JobStatus.Dead, (await RowAsync(acme, "build-1")).Status);
        Assert.Equal(3, (await acme.RecordsAsync(Operations.JobRetry.Name, EntryResult.Failed)).Length);
    }

    [Fact]
    public async Task S01_a_job_of_another_organization_is_none()
    {
        await using var acme = await StartAsync(pump: false);
        await KillAsync(acme, "theirs", "gone.kind", org: "beta");

        Assert.Equal("job.not_found", Code(await Job(acme, "theirs").RetryAsync(Administrator)));
        Assert.Equal(JobStatus.Dead, (await RowAsync(acme, "theirs")).Status);
    }

    [Fact]
    public async Task Sent_twice_under_one_key_it_is_run_again_once()
    {
        await using var acme = await StartAsync(pump: false);
        await KillAsync(acme, "keyed", "gone.kind");
        var caller = Administrator with { Idempotency = new IdempotencyKey("once", "f") };

        Ok(await Job(acme, "keyed").RetryAsync(caller));
        Ok(await Job(acme, "keyed").RetryAsync(caller));

        Assert.Single(await acme.RecordsAsync(Operations.JobRetry.Name, EntryResult.Ok));
        Assert.Equal("job.not_dead", Code(await Job(acme, "keyed").RetryAsync(Administrator)));
    }

    private static IJobGrain Job(Acme acme, string id) => acme.Host.Grains.GetGrain<IJobGrain>($"acme/{id}");

    private static async Task<JobRow> RowAsync(Acme acme, string id) => (await acme.Host.Store.Jobs.GetAsync(id))!;

    internal static async Task DeadAsync(Acme acme, string id)
    {
        await EnqueueAsync(acme, id, "gone.kind");
        await Eventually.Of(
            () => RowAsync(acme, id),
            row => row.Status == JobStatus.Dead,
            "a job of an unknown kind is given up"
        );
    }

    /// <summary>With no pump running: as a node would give it up.</summary>
    private static async Task KillAsync(Acme acme, string id, string kind, string org = "acme")
    {
        await EnqueueAsync(acme, id, kind, org);
        await acme.Host.Store.Jobs.RegisterAsync(new("killer", "", []));
        foreach (var claimed in await acme.Host.Store.Jobs.ClaimAsync("killer", 100))
        {
            await acme.Host.Store.Jobs.EndAsync(
                claimed.Fence,
                claimed.Job.Id == id ? new JobEnd.Dead("ten attempts") : new JobEnd.Retry("later", TimeSpan.FromDays(1))
            );
        }
    }

    private static Task EnqueueAsync(Acme acme, string id, string kind, string org = "acme") =>
        acme.Host.Store.Journal.AppendAsync(
            new()
            {
                Org = org,
                Jobs =
                [
                    new()
                    {
                        Id = id,
                        Kind = kind,
                        Org = org,
                        Stream = $"app/{org}/staging/{id}",
                        Operation = Operations.AppConverge.Name,
                        Resource = "staging/web",
                        Caller = Acme.System,
                    },
                ],
            }
        );
}
