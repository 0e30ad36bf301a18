using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

/// <summary>Exports of what a search finds, some of it erased.</summary>
public sealed partial class RetentionTests
{
    private const int Old = 600;
    private const int New = 5;

    [Fact]
    public async Task S31_Chosen_records_that_were_erased_come_with_the_records_that_say_so()
    {
        await using var acme = await WithOldAsync();
        await EraseAsync(acme);

        var lines = await LinesAsync(await ChooseAsync(acme, 1000));

        var report = Verify(lines);
        Assert.Empty(report.Faults);
        Assert.Equal(Old, report.Erased);
        var notices = Notices(lines);
        Assert.Equal(2, notices.Count);
        Assert.Equal(Old + New + notices.Count, report.Records);
        foreach (var notice in notices)
        {
            var without = lines.Where(line => line != notice).SkipLast(1);
            Assert.Contains(
                Verify([.. without, new(BundleRecord.EndLine(report.Records - 1))]).Faults,
                fault =>
                    fault.Code == "erased"
                    && fault.Why.Contains($"the record {notice.Entry!.Index} that", StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [InlineData(New + 2, New + 2, 1)]
    [InlineData(New + 1, New, 0)]
    [InlineData(New - 1, New - 1, 0)]
    public async Task S31_What_says_that_records_were_erased_counts_among_those_that_are_chosen(
        int max,
        int records,
        int erased
    )
    {
        await using var acme = await WithOldAsync();
        await EraseAsync(acme);

        var lines = await LinesAsync(await ChooseAsync(acme, max));

        var report = Verify(lines);
        Assert.Empty(report.Faults);
        Assert.Equal((records, erased), ((int)report.Records, (int)report.Erased));
        Assert.Equal(erased, Notices(lines).Count);
    }

    [Fact]
    public async Task S31_What_is_erased_while_it_is_exported_is_left_out()
    {
        await using var acme = await WithOldAsync();
        var bundle = await ChooseAsync(acme, 1000);
        await EraseAsync(acme);

        var report = Verify(await LinesAsync(bundle));

        Assert.Empty(report.Faults);
        Assert.Equal((New, 0), ((int)report.Records, (int)report.Erased));
    }

    /// <summary>A log whose first records are over their period, all in the index; nothing runs by itself.</summary>
    private static async Task<Acme> WithOldAsync()
    {
        var acme = await StartAsync(pump: false);
        await RecordAsync(acme, Old);
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        await RecordAsync(acme, New);
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));
        await SealAsync(acme);
        while (await acme.Host.Store.Search.IndexAsync("acme") > 0) { }

        return acme;
    }

    /// <summary>Erases what is due, two batches of it, and seals as the sealer would.</summary>
    private static async Task EraseAsync(Acme acme)
    {
        var erasing = Retention(acme).EraseDueAsync("acme", default);
        foreach (var notice in (int[])[1, 2])
        {
            await SpokenAsync(acme, notice);
            await SealAsync(acme);
        }

        Assert.InRange(await erasing, Old, Old + 10);
    }

    private static Task<Result<IAsyncEnumerable<ExportLine>>> ChooseAsync(Acme acme, int max) =>
        Export(acme).ChosenAsync("acme", AuditQuery.Parse("op:app.get actor:dev").Value, max, [], default);

    private static List<ExportLine> Notices(List<ExportLine> lines) =>
        [.. lines.Where(line => line.Entry?.Facets.Operation == Operations.AuditErase.Name)];
}
