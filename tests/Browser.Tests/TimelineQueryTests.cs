using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps.Timeline;

namespace Palisade.Browser.Tests;

public sealed class TimelineQueryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_range_has_its_last_second_whole()
    {
        var query = TimelineQuery.Of("2026-11-26T12:00", "2026-11-26T12:00:05", null, null);

        Assert.Equal((Noon, Noon.AddSeconds(6)), (query.Span!.From, query.Span.Until));
        var audit = query.ToAuditQuery(AppRef.Parse("main/local/web"));
        Assert.Equal((Noon, Noon.AddSeconds(6)), (audit.Since, audit.Until));
        Assert.Equal("local/web", Assert.Single(audit.Resources));
    }

    [Theory]
    [InlineData("2026-11-26T12:00:01", "2026-11-26T12:00:00")]
    [InlineData("2026-11-26T12:00:00", null)]
    [InlineData(null, "2026-11-26T12:00:00")]
    [InlineData("<img>", "yesterday")]
    public void What_is_no_range_has_no_log(string? from, string? to) =>
        Assert.Null(TimelineQuery.Of(from, to, null, null).Span);

    [Fact]
    public void It_is_the_same_after_it_was_an_address()
    {
        var query = TimelineQuery.Of("2026-11-26T12:00:00.250Z", "2026-11-26T13:00:00", "env", "17");

        Assert.Equal("?from=2026-11-26T12:00:00&to=2026-11-26T13:00:00&kind=env&before=17", query.ToQueryString());
        Assert.True(TimelineQuery.Of("x", "x", "x", "-1") is { IsAll: true } all && all.ToQueryString().Length == 0);
    }

    [Fact]
    public void Refusals_are_those_of_every_operation()
    {
        var audit = TimelineQuery.Of(null, null, "refusal", null).ToAuditQuery(AppRef.Parse("main/local/web"));

        Assert.Empty(audit.Operations);
        Assert.Equal("denied", Assert.Single(audit.Results));
        Assert.Equal("Refused", TimelineKind.Of("release.promote", "denied").Label);
        Assert.Equal("Promotion", TimelineKind.Of("release.promote", "ok").Label);
        Assert.Equal("Other", TimelineKind.Of("of.tomorrow", "ok").Label);
    }
}
