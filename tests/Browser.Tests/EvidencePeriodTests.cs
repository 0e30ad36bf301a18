using Palisade.Domain.Audit;
using Palisade.Web.Components.Audit.Evidence;

namespace Palisade.Browser.Tests;

public sealed class EvidencePeriodTests
{
    private static readonly DateOnly Today = new(2026, 11, 27);

    [Theory]
    [InlineData(null, null, "2026-08-30", "2026-11-27")]
    [InlineData("", " ", "2026-08-30", "2026-11-27")]
    [InlineData("2026-01-01", "2026-03-31", "2026-01-01", "2026-03-31")]
    [InlineData(null, "2026-03-31", "2026-01-01", "2026-03-31")]
    [InlineData("2026-11-27", null, "2026-11-27", "2026-11-27")]
    public void A_period_is_the_chosen_days_or_a_quarter(string? first, string? last, string from, string to)
    {
        var period = EvidencePeriod.Of(first, last, Today)!;

        Assert.Equal((from, to), (period.FirstText, period.LastText));
    }

    [Theory]
    [InlineData("soon", null)]
    [InlineData(null, "2026-02-30")]
    [InlineData("2026-11-02", "2026-11-01")]
    [InlineData("2026-11-28", null)]
    public void Days_that_are_none_are_no_period(string? first, string? last) =>
        Assert.Null(EvidencePeriod.Of(first, last, Today));

    [Fact]
    public void Every_report_is_made_of_a_search_that_its_export_can_repeat()
    {
        var period = EvidencePeriod.Of(null, null, Today)!;
        foreach (var report in EvidenceReport.All)
        {
            var query = AuditQuery.Parse(period.Look(report).QueryText);

            Assert.True(query.Ok, $"{report.Id}: {query.Problem?.Message}");
            Assert.Equal(period.First, DateOnly.FromDateTime(query.Value.Since!.Value.UtcDateTime));
            Assert.Equal(period.Last.AddDays(1), DateOnly.FromDateTime(query.Value.Until!.Value.UtcDateTime));
            var known = Domain.Access.Operations.All.Select(operation => operation.Name).ToHashSet();
            Assert.All(query.Value.Operations, name => Assert.Contains(name, known));
            Assert.Same(report, EvidenceReport.Find(report.Id));
        }
    }
}
