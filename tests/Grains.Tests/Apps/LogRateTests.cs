using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Silo.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Tests.Apps;

public sealed class LogRateTests
{
    private const string Source = "service/web/web-0123456789-abcde";

    private static readonly DateTimeOffset Second = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void S08_lines_beyond_an_apps_bytes_per_second_are_dropped_and_one_line_says_how_many()
    {
        var (dropping, first) = new LogRate(100).Take(Source, Lines(Second, 0, 30, step: 1));
        var (after, next) = dropping.Take(Source, Lines(Second.AddSeconds(1), 30, 2));

        // Lines of 10 bytes with their ends.
        Assert.Equal(10, first.Length);
        Assert.Equal(
            ["20 lines dropped: the app logged more than 100 bytes in a second", "line   30", "line   31"],
            next.Select(l => l.Text)
        );
        Assert.Equal(("29", Second.AddMilliseconds(29)), (next[0].Cursor, next[0].At));
        Assert.False(after.HasGaps);
    }

    [Fact]
    public void A_second_has_one_gap_and_not_many_holes()
    {
        var (nearlyFull, _) = new LogRate(100).Take(Source, Lines(Second, 0, 9));

        var (rate, stored) = nearlyFull.Take(Source, [new(Second, new string('x', 50), "9"), new(Second, "", "10")]);

        Assert.Empty(stored);
        Assert.Equal("2 lines dropped", Assert.Single(rate.TellGaps().Stored).Text[..15]);
    }

    [Fact]
    public void Processes_of_an_app_share_its_bytes_and_each_is_told_of_its_own()
    {
        var (rate, stored) = new LogRate(100).Take(Source, Lines(Second, 0, 8));
        Assert.Equal(8, stored.Length);
        (rate, stored) = rate.Take("other", Lines(Second, 0, 8));
        Assert.Equal(2, stored.Length);
        (rate, stored) = rate.Take(Source, Lines(Second, 8, 3));
        Assert.Empty(stored);

        (rate, stored) = rate.TellGaps();

        Assert.Equal(
            [("other", 6, "7"), (Source, 3, "10")],
            stored.Select(l => (l.Source, Dropped(l), l.Cursor!)).OrderBy(l => l.Source, StringComparer.Ordinal)
        );
        Assert.False(rate.HasGaps);
    }

    [Fact]
    public void What_was_logged_slowly_is_kept_whole_however_fast_it_is_read()
    {
        var lines = Enumerable.Range(0, 1_000).SelectMany(i => Lines(Second.AddSeconds(i), i * 10, 10)).ToList();

        var (rate, stored) = new LogRate(100).Take(Source, lines);

        Assert.Equal(1_000 * 10, stored.Length);
        // Another process, whose lines of the same seconds come later.
        Assert.Equal(10, rate.Take("other", Lines(Second.AddSeconds(1_100), 0, 10)).Stored.Length);
    }

    [Fact]
    public async Task S08_a_flooding_process_keeps_its_bytes_per_second_and_every_line_is_stored_or_counted()
    {
        await using var acme = await Acme.StartAsync(settings: [("Apps:LogBytesPerSecond", "65536")]);
        var (events, app) = (acme.Host.Get<IRackEvents>(), AppRef.Parse("acme/staging/web"));
        const int Flood = 50_000;
        foreach (var chunk in Lines(Second, 0, Flood, step: 0.1).Chunk(200))
        {
            await events.LogAsync(app, Source, [.. chunk]);
        }

        // Nothing follows: the last gap is told by itself.
        var lines = await Eventually.Of(
            () => ReadAsync(acme),
            read => read.Sum(l => IsTold(l) ? Dropped(l) : 1) == Flood,
            "every line is there or counted"
        );

        foreach (var second in lines.Where(l => !IsTold(l)).GroupBy(l => l.At.ToUnixTimeSeconds()))
        {
            Assert.InRange(second.Sum(l => l.Text.Length + 1), 1, 65_536);
        }

        Assert.Contains(lines, IsTold);
        Assert.Equal((Flood - 1).ToString(CultureInfo.InvariantCulture), await events.LogCursorAsync(app, Source));
    }

    private static ImmutableArray<ProcessLogLine> Lines(DateTimeOffset from, int first, int count, double step = 0) =>
        [
            .. Enumerable
                .Range(first, count)
                .Select(i => new ProcessLogLine(
                    from.AddMilliseconds((i - first) * step),
                    string.Create(CultureInfo.InvariantCulture, $"line{i, 5}"),
                    i.ToString(CultureInfo.InvariantCulture)
                )),
        ];

    private static async Task<List<LogLine>> ReadAsync(Acme acme)
    {
        var lines = new List<LogLine>();
        await foreach (var line in acme.Host.Store.Logs.ReadAsync("app/acme/staging/web", new LogQuery()))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static bool IsTold(LogLine line) => line.Text.Contains("lines dropped", StringComparison.Ordinal);

    private static int Dropped(LogLine line) => int.Parse(line.Text.Split(' ')[0], CultureInfo.InvariantCulture);
}
