using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Silo.Hosting;
using Palisade.Silo.Racks;
using Palisade.Storage;
using Palisade.Storage.Logs;
using static Palisade.Grains.Tests.Hosting.Acme;
using Upkeep = Palisade.Silo.Hosting.Upkeep;

namespace Palisade.Grains.Tests.Apps;

/// <summary>Lines of apps and racks are kept as long as their rack says (parameter LogRetention).</summary>
public sealed class LogSweepTests
{
    private const string Web = "app/acme/staging/web";
    private const string Rack = "rack/acme/staging";

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
                    new(ImmutableSortedDictionary<string, string>.Empty.Add("log_retention", days))
                )
            );
        }

        await LogNineDaysAsync(acme, Web, Rack);

        await acme.Host.Get<LogSweep>().RunAsync(default);

        Assert.Equal((kept, kept), (await KeptAsync(acme, Web), await KeptAsync(acme, Rack)));
    }

    [Fact]
    public async Task A_broken_log_of_one_app_does_not_keep_those_of_the_others()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App("api").CreateAsync(Developer, null));
        Ok(await acme.App().CreateAsync(Developer, null));
        Break(acme, "api");
        await LogNineDaysAsync(acme, Web);

        await acme.Host.Get<LogSweep>().RunAsync(default);

        Assert.Equal(7, await KeptAsync(acme, Web));
        Assert.Contains(
            acme.Host.Log.Lines,
            line => line.StartsWith("Error The log app/acme/staging/api could not be trimmed", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_sweep_that_fails_does_not_keep_the_next_from_its_work()
    {
        await using var acme = await StartAsync(pump: false);
        Ok(await acme.App().CreateAsync(Developer, null));
        await LogNineDaysAsync(acme, Web);
        var (host, log) = (acme.Host, acme.Host.Get<ILogger<Upkeep>>());
        var full = DispatchProxy.Create<IStore, FullDisk>();
        using var upkeep = new Upkeep(
            full,
            host.Get<IRecorder>(),
            new SourceSweep(full, host.Get<IRecorder>(), host.Get<IIdSource>(), host.Time),
            host.Get<LogSweep>(),
            host.Get<ImageSweep>(),
            host.Time,
            log
        );

        await upkeep.RunAsync(round: 60, default);

        Assert.Equal(7, await KeptAsync(acme, Web));
        foreach (var sweep in new[] { "expired tickets", "uploads" })
        {
            Assert.Contains(
                host.Log.Lines,
                line => line.Contains($"Upkeep of {sweep} failed", StringComparison.Ordinal)
            );
        }
    }

    private static async Task LogNineDaysAsync(Acme acme, params string[] names)
    {
        var logs = acme.Host.Store.Logs;
        for (var day = 0; day < 9; day++)
        {
            acme.Host.Time.Shift(TimeSpan.FromDays(1.01));
            foreach (var name in names)
            {
                await logs.AppendAsync(name, [new LogLine(acme.Host.Time.GetUtcNow(), "service/web/p1", $"day {day}")]);
                await logs.FlushAsync(name);
            }
        }
    }

    /// <summary>How many of the latest days are there; none of the others may be.</summary>
    private static async Task<int> KeptAsync(Acme acme, string name)
    {
        var lines = new List<string>();
        await foreach (var line in acme.Host.Store.Logs.ReadAsync(name, new LogQuery()))
        {
            lines.Add(line.Text);
        }

        Assert.Equal(Enumerable.Range(9 - lines.Count, lines.Count).Select(day => $"day {day}"), lines);
        return lines.Count;
    }

    /// <summary>A file among those of its log that is none of them: the log can't be opened.</summary>
    private static void Break(Acme acme, string app)
    {
        var folder = Path.Combine(acme.Host.Folder, "logs", "app", "acme", "staging", app, "@");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "none.seg"), "");
    }
}

/// <summary>A store that can't do anything.</summary>
public class FullDisk : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        throw new IOException("No space left on device");
}
