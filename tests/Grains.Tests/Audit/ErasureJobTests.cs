using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Jobs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

public sealed class ErasureJobTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    [Fact]
    public async Task S30_What_follows_an_erasure_is_tried_until_it_is_done()
    {
        await using var acme = await StartAsync(pump: false);
        var job = ErasureJob.For("gone", null, Operations.UserErase);
        await EraseAsync(acme, new(PersonScope.Of("gone"), Whole: true), job);
        Directory.CreateDirectory(ListOf(acme));

        for (var attempt = 1; attempt <= 20; attempt++)
        {
            var retry = Assert.IsType<JobEnd.Retry>(await RunAsync(acme, job, attempt));
            Assert.InRange(retry.Delay, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));
        }

        Directory.Delete(ListOf(acme));
        Assert.IsType<JobEnd.Done>(await RunAsync(acme, job, 21));
        Assert.Equal("{\"scope\":\"user/gone\"}\n", await File.ReadAllTextAsync(ListOf(acme)));
    }

    [Fact]
    public async Task S30_Which_keys_were_destroyed_is_noted_whatever_else_waits()
    {
        await using var acme = await StartAsync(pump: false);
        var scope = PersonScope.OfVisitors("acme", Day);
        var job = ErasureJob.ForDays("acme", Day, Day.AddDays(1));
        await EraseAsync(acme, new(scope, Whole: true), job, ErasureJob.ForBodies("acme", [0]));

        Assert.IsType<JobEnd.Done>(await RunAsync(acme, job));

        Assert.Equal($"{{\"scope\":\"{scope}\"}}\n", await File.ReadAllTextAsync(ListOf(acme)));
    }

    [Fact]
    public async Task Of_bodies_that_were_erased_no_key_is_noted_or_written_anew()
    {
        await using var acme = await StartAsync(pump: false);
        await EraseAsync(acme, new(PersonScope.Of("gone"), Whole: true));
        Directory.CreateDirectory(ListOf(acme));

        Assert.IsType<JobEnd.Done>(await RunAsync(acme, ErasureJob.ForBodies("acme", [0])));
    }

    private static string ListOf(Acme acme) => Path.Combine(acme.Host.Folder, "keys", "erased.jsonl");

    private static async Task EraseAsync(Acme acme, KeyErasure erasure, params JobDraft[] jobs) =>
        Assert.IsType<Appended>(
            await acme.Host.Store.Journal.AppendAsync(
                new()
                {
                    Org = "acme",
                    Erasures = [erasure],
                    Jobs = [.. jobs],
                }
            )
        );

    private static Task<JobEnd> RunAsync(Acme acme, JobDraft job, int attempt = 1) =>
        new ErasureJob(acme.Host.Store, NullLogger<ErasureJob>.Instance).RunAsync(
            new JobContext(new(job, attempt), acme.Host.Store.Jobs),
            default
        );
}
