using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

/// <summary>Exports of everything, while the log goes on.</summary>
public sealed partial class RetentionTests
{
    [Fact]
    public async Task S31_Everything_that_is_exported_while_others_append_is_what_its_checkpoint_covers()
    {
        await using var acme = await StartAsync(pump: false);
        await RecordAsync(acme, Old);
        await SealAsync(acme);
        using var stop = new CancellationTokenSource();
        var sealings = new SemaphoreSlim(0);
        var appending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await RecordAsync(acme, 10);
                await SealAsync(acme);
                sealings.Release();
            }
        });

        for (var i = 0; i < 5; i++)
        {
            var size = (await acme.Host.Store.Audit.CheckpointAsync("acme", null))!.Size;
            var lines = new List<ExportLine>();
            await foreach (var line in Ok(await CompleteAsync(acme, since: size)))
            {
                lines.Add(line);
                if (lines.Count is 1 or 100)
                {
                    // The one that was under way, and one that began after this line; those before don't count.
                    while (await sealings.WaitAsync(TimeSpan.Zero)) { }

                    await Task.WhenAll(SealedAsync(), SealedAsync());
                }
            }

            var report = Verify(lines);
            Assert.Empty(report.Faults);
            Assert.InRange(report.Checkpoint!.Size, size, long.MaxValue);
            Assert.Equal(report.Checkpoint.Size, report.Records);
            Assert.All(lines, line => Assert.True((line.Entry?.Index ?? 0) < report.Checkpoint.Size));
            Assert.True((await acme.Host.Store.Audit.CheckpointAsync("acme", null))!.Size > report.Checkpoint.Size);
        }

        await stop.CancelAsync();
        await appending;

        Task SealedAsync() => Task.WhenAny(sealings.WaitAsync(TimeSpan.FromSeconds(30)), appending).Unwrap();
    }

    [Fact]
    public async Task S31_A_body_that_is_erased_while_everything_is_exported_breaks_it_off()
    {
        await using var acme = await WithOldAsync();
        var lines = new List<ExportLine>();
        await foreach (var line in Ok(await CompleteAsync(acme)))
        {
            lines.Add(line);
            if (lines.Count == 2)
            {
                await EraseAsync(acme);
            }
        }

        var last = lines.FindIndex(line => line.Breaks);
        var report = Verify(lines);

        Assert.True(lines[last].Entry!.ErasedBy >= report.Checkpoint!.Size);
        Assert.Equal(
            [
                $"it is incomplete: the body after its {last - 1} records was erased while it was written; export again",
                $"it ends after {last - 1} records and its checkpoint covers {report.Checkpoint.Size}",
            ],
            report.Faults.Select(fault => fault.Why)
        );
        Assert.DoesNotContain(lines[..last], line => line.Entry?.ErasedBy >= report.Checkpoint.Size);

        var again = await VerifyAsync(acme);
        Assert.Empty(again.Faults);
        Assert.Equal(Old, again.Erased);
    }

    [Fact]
    public async Task S30_Who_is_erased_while_everything_is_exported_is_in_none_of_what_follows_and_it_verifies()
    {
        await using var acme = await StartAsync(pump: false);
        await RecordAsync(acme, 10);
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));
        await SealAsync(acme);
        var lines = new List<ExportLine>();
        var erasedAfter = -1;
        await foreach (var line in Ok(await CompleteAsync(acme)))
        {
            lines.Add(line);
            if (erasedAfter < 0 && line.Entry?.Facets.Actor == "dev")
            {
                erasedAfter = lines.Count;
                Ok(await acme.Host.Grains.GetGrain<IUserGrain>("dev").EraseAsync(Operator));
            }
        }

        var report = Verify(lines);

        Assert.Empty(report.Faults);
        Assert.Equal(report.Checkpoint!.Size, report.Records);
        var disclosed = lines.Select(line => System.Text.Encoding.UTF8.GetString(line.Json)).ToList();
        var shown = Enumerable
            .Range(0, lines.Count)
            .Where(i => lines[i].Entry?.Facets.Actor == "dev" && disclosed[i].Contains("\"person\":{\"name\""))
            .ToList();
        Assert.Equal([erasedAfter - 1], shown);
        Assert.Equal(9, report.Undisclosed);
    }

    private static Task<Result<IAsyncEnumerable<ExportLine>>> CompleteAsync(Acme acme, long? since = null) =>
        Export(acme).CompleteAsync("acme", 0, since, [.. PersonalFields.Names], default);
}
