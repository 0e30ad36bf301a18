using Palisade.Web.Components.Audit;

namespace Palisade.Browser.Tests;

public sealed class AuditLookTests
{
    [Theory]
    [InlineData("", "actor", "u1", "actor:u1")]
    [InlineData("FOO", "resource", "two words", "FOO resource:\"two words\"")]
    [InlineData("actor:u1 FOO", "actor", "u1", "FOO")]
    [InlineData("FOO resource:\"two words\" op:a", "resource", "two words", "FOO op:a")]
    [InlineData("actor:u11", "actor", "u1", "actor:u11 actor:u1")]
    public void A_facet_is_a_term_that_comes_and_goes(string text, string key, string value, string expected)
    {
        var toggled = (AuditLook.All with { Text = text, Before = 7 }).Toggle(key, value);

        Assert.Equal(expected, toggled.Text);
        Assert.Null(toggled.Before);
    }

    [Fact]
    public void Days_are_whole_days_of_utc()
    {
        var query = (AuditLook.All with { First = "2026-11-01", Last = "2026-11-02" }).ToQuery().Value;

        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), query.Since);
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero), query.Until);
    }

    [Theory]
    [InlineData("soon", "")]
    [InlineData("", "2026-02-30")]
    [InlineData("2026-11-02", "2026-11-01")]
    public void A_day_that_is_none_is_refused(string first, string last) =>
        Assert.NotNull((AuditLook.All with { First = first, Last = last }).ToQuery().Problem);

    [Theory]
    [InlineData("", "0001-01-01", "2026-10-27", "2026-11-26")]
    [InlineData("", "9999-12-31", "2026-10-27", "2026-11-26")]
    [InlineData("soon", "2026-03-31", "2026-03-01", "2026-03-31")]
    [InlineData("2026-11-01", "", "2026-11-01", "2026-11-26")]
    public void What_is_counted_are_the_days_that_were_chosen_or_the_last_thirty(
        string first,
        string last,
        string from,
        string to
    )
    {
        var counted = (AuditLook.All with { First = first, Last = last }).Counted(new DateOnly(2026, 11, 26));

        Assert.Equal((DateOnly.Parse(from, null), DateOnly.Parse(to, null)), counted);
    }

    [Fact]
    public void A_look_is_a_link()
    {
        Assert.Equal("/o/a/audit", AuditLook.All.LinkOn("/o/a/audit"));
        Assert.Equal(
            "/o/a/audit?q=actor%3A%22A%20%26%20B%22&first=2026-11-01&before=12",
            new AuditLook("actor:\"A & B\"", "2026-11-01", "", 12).LinkOn("/o/a/audit")
        );
    }
}
