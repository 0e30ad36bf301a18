using System.Globalization;
using Palisade.Storage.Logs;
using Palisade.Web.Components.Logs;

namespace Palisade.Browser.Tests;

public sealed class LogBufferTests
{
    [Fact]
    public void A_paused_view_stands_still_and_counts_what_comes()
    {
        var paused = new LogBuffer().Add(Lines(0, 3)).Pause().Add(Lines(3, 128));

        Assert.Equal(["0", "1", "2"], Texts(paused));
        Assert.Equal((128, 0), (paused.Waiting, paused.Dropped));
        Assert.Equal(131, paused.Resume().Lines.Count);
        Assert.Equal((0, 0), (paused.Resume().Waiting, paused.Resume().Dropped));
    }

    [Fact]
    public void Only_the_newest_are_kept_and_how_many_are_not_is_known()
    {
        var buffer = new LogBuffer().Add(Lines(0, LogBuffer.Most)).Add(Lines(LogBuffer.Most, 7));

        Assert.Equal((LogBuffer.Most, 7), (buffer.Lines.Count, buffer.Dropped));
        Assert.Equal(("7", 7), (buffer.Lines[0].Line.Text, buffer.Lines[0].Number));
    }

    [Fact]
    public void A_pause_keeps_the_newest_and_says_how_many_of_the_new_ones_are_gone()
    {
        var paused = new LogBuffer().Add(Lines(0, 5)).Pause().Add(Lines(5, LogBuffer.Most + 20));

        Assert.Equal((LogBuffer.Most + 20, 20), (paused.Waiting, paused.Dropped));
        Assert.Equal(5, paused.Lines.Count);
        Assert.Equal(LogBuffer.Most, paused.Resume().Lines.Count);
    }

    [Theory]
    [InlineData(null, "10m")]
    [InlineData("1h", "1h")]
    [InlineData("yesterday", "10m")]
    [InlineData("2024-09-01T10:00:00.250Z", "2024-09-01T10:00:00.250Z")]
    public void A_range_is_what_the_address_says_or_the_usual(string? asked, string range) =>
        Assert.Equal(range, LogRange.From(asked).Text);

    [Fact]
    public void A_line_of_its_own_time_is_a_range_that_begins_with_it()
    {
        var at = new DateTimeOffset(2024, 9, 1, 10, 0, 0, 250, TimeSpan.Zero);

        Assert.Equal(at, LogRange.From(LogRange.At(at)).Since(at.AddDays(3)));
        Assert.Null(LogRange.From("all").Since(at));
        Assert.Equal(at.AddHours(-24), LogRange.From("24h").Since(at));
    }

    private static LogLine[] Lines(int first, int count) =>
        [
            .. Enumerable
                .Range(first, count)
                .Select(i => new LogLine(
                    DateTimeOffset.UnixEpoch.AddSeconds(i),
                    "service/web/web-1",
                    i.ToString(CultureInfo.InvariantCulture)
                )),
        ];

    private static IEnumerable<string> Texts(LogBuffer buffer) => buffer.Lines.Select(l => l.Line.Text);
}
