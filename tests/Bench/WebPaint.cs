using Microsoft.Playwright;
using Palisade.BrowserDriver;

namespace Palisade.Bench;

/// <summary>
/// <c>web.paint</c>: from asking for a page to its largest content on the screen, of the slowest page of the console;
/// beside it the same of a page of one word by a bare Kestrel.
/// </summary>
internal sealed class WebPaint : IBench
{
    private const double AtMostMilliseconds = 1_000;
    private const int Repeats = 3;

    // What a page is opened for is the largest thing on it, and it is there with the first bytes or comes later.
    private const string Largest = """
        () => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
            .observe({ type: 'largest-contentful-paint', buffered: true }))
        """;

    public string Name => "web.paint";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var scene = await WebScene.StartAsync(ct);
        var pages = scene.Pages.ToDictionary(page => page, _ => new List<double>());
        var bare = $"https://localhost:{scene.Bare.Port}/";
        var measured = await Rounds.InterleavedAsync(
            async token =>
            {
                var slowest = 0.0;
                foreach (var (page, times) in pages)
                {
                    var median = await MedianAsync(scene.Window, page, token);
                    times.Add(median);
                    slowest = Math.Max(slowest, median);
                }

                return slowest;
            },
            token => MedianAsync(scene.Window, bare, token),
            ct: ct
        );
        foreach (var (page, times) in pages)
        {
            Console.Error.WriteLine($"{Name}: {Rounds.Percentile(times, 50), 6:0} ms  {page}");
        }

        return BenchResult.Of(Name, "ms", measured, Goal.AtMost(AtMostMilliseconds));
    }

    private static async Task<double> MedianAsync(Window window, string page, CancellationToken ct)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            ct.ThrowIfCancellationRequested();
            await window.Page.GotoAsync(page, new() { WaitUntil = WaitUntilState.Load });
            times.Add(await window.Page.EvaluateAsync<double>(Largest));
        }

        return Rounds.Percentile(times, 50);
    }
}
