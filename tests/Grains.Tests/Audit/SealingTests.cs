using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

public sealed class SealingTests
{
    [Theory]
    [InlineData("acme")]
    [InlineData("other")]
    [InlineData("")]
    public async Task Every_log_is_kept_and_what_was_acknowledged_is_covered_by_a_signed_checkpoint(string org)
    {
        await using var acme = await StartAsync();

        var checkpoint = await CoveredAsync(acme, org);

        var facts = await acme.Host.Get<AuditFacts>().OfAsync(org);
        Assert.True(checkpoint.Note.IsSignedBy(Assert.Single(facts.Keys).Public));
        Assert.Null(facts.History.Fault(checkpoint.Checkpoint.Origin));
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task After_a_restart_the_log_goes_on_where_it_was()
    {
        await using var acme = await StartAsync();
        var before = await CoveredAsync(acme, "acme");
        await acme.Host.RestartAsync();

        Ok(await acme.Host.Grains.GetGrain<IAuditGrain>("acme").RotateKeyAsync(Administrator));
        var after = (
            await Eventually.Of(
                () => acme.Host.Store.Audit.CheckpointAsync("acme"),
                c => c!.Size > before.Size,
                "the log grows"
            )
        )!;

        var proof = await acme.Host.Store.Audit.HashesAsync("acme", MerkleProofs.Consistency(before.Size, after.Size));
        Assert.True(
            MerkleProofs.IsConsistent(
                before.Size,
                after.Size,
                before.Checkpoint.Root.ToArray(),
                after.Checkpoint.Root.ToArray(),
                proof
            )
        );
    }

    [Fact]
    public async Task A_rotated_key_signs_from_then_on_and_the_old_one_announced_it()
    {
        await using var acme = await StartAsync();
        var old = (await CoveredAsync(acme, "acme")).Note.Signatures[0].KeyId;

        var key = Ok(await acme.Host.Grains.GetGrain<IAuditGrain>("acme").RotateKeyAsync(Administrator));

        var facts = await acme.Host.Get<AuditFacts>().OfAsync("acme");
        Assert.Equal(key, facts.Keys[^1].Key);
        var checkpoint = await Eventually.Of(
            () => acme.Host.Store.Audit.CheckpointAsync("acme"),
            c => c!.Note.Signatures[0].KeyId != old,
            "the new key signs"
        );
        Assert.True(checkpoint!.Note.IsSignedBy(facts.Keys[^1].Public));
        Assert.Null(facts.History.Fault(checkpoint.Checkpoint.Origin));
        Assert.Contains(
            facts.Keys[^1].Public.HexId,
            Assert.Single(await acme.RecordsAsync("signing.rotate")).Body,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_log_is_kept_by_one_standing_job_that_nobody_can_cancel()
    {
        await using var acme = await StartAsync();
        await CoveredAsync(acme, "acme");

        var job = Assert.Single(await acme.JobsAsync(AuditJob.Kind));
        Assert.Equal(JobStatus.Running, job.Status);
        await acme.CancelJobAsync(job.Job.Id);
        Assert.False((await acme.Host.Store.Jobs.GetAsync(job.Job.Id))!.CancelRequested);
        await acme.Host.RestartAsync();
        await Eventually.Of(
            () => acme.JobsAsync(AuditJob.Kind),
            jobs => jobs is [{ Status: JobStatus.Running }],
            "it runs again"
        );
    }

    /// <summary>Waits until nothing of the log waits, and gives the checkpoint that covers it.</summary>
    private static async Task<StoredCheckpoint> CoveredAsync(Acme acme, string org)
    {
        var stream = org.Length == 0 ? StreamId.User("ada") : StreamId.Org(org);
        var head = (await acme.Host.Store.Journal.HeadsAsync([stream]))[0].Head;
        await Eventually.Of(
            () => acme.Host.Store.Audit.IndexOfAsync(stream, head),
            index => index is not null,
            $"entry {head} of {stream} has its place"
        );
        return (await acme.Host.Store.Audit.CheckpointAsync(org))!;
    }
}
