using System.Collections.Immutable;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Silo.Racks;
using Palisade.Storage.Logs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>Lines of apps are kept as long as their rack says (parameter LogRetention).</summary>
public sealed class LogSweepTests
{
    [Theory]
    [InlineData(null, 7)]
    [InlineData("2", 2)]
    [InlineData("30", 9)]
    public async Task S29_lines_are_kept_for_the_days_that_the_rack_says(string? days, int kept)
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        if (days is not null)
        {
            var rack = acme.Host.Grains.GetGrain<IRackGrain>("acme/staging");
            Ok(
                await rack.SetParametersAsync(
                    Administrator,
                    ImmutableSortedDictionary<string, string>.Empty.Add("log_retention", days)
                )
            );
        }

        var (logs, log) = (acme.Host.Store.Logs, "app/acme/staging/web");
        for (var day = 0; day < 9; day++)
        {
            acme.Host.Time.Shift(TimeSpan.FromDays(1.01));
            await logs.AppendAsync(log, [new LogLine(acme.Host.Time.GetUtcNow(), "service/web/p1", $"day {day}")]);
            await logs.FlushAsync(log);
        }

        await acme.Host.Get<LogSweep>().RunAsync(default);

        var lines = new List<string>();
        await foreach (var line in logs.ReadAsync(log, new LogQuery()))
        {
            lines.Add(line.Text);
        }

        Assert.Equal(Enumerable.Range(9 - kept, kept).Select(day => $"day {day}"), lines);
    }
}
