using Microsoft.Playwright;

namespace Palisade.Bench;

/// <summary>
/// <c>web.interaction</c>: from a click or a key to what it leads to on the screen: the 95th percentile of what people
/// do on the pages of an app and on the list of 1,000; beside it a link of a page of one word by a bare Kestrel.
/// </summary>
internal sealed class WebInteraction : IBench
{
    private const double AtMostMilliseconds = 200;

    // Measured in the page, to the frame that shows it.
    private const string InPage = """
        (element, [deed, shows]) => new Promise((done, fail) => {
            const started = performance.now();
            if (deed === 'Type') {
                element.value = 'ANOTHER=1';
                element.dispatchEvent(new InputEvent('input', { bubbles: true }));
            } else {
                element.click();
            }
            const look = () => {
                if (document.querySelector(shows)) {
                    requestAnimationFrame(() => done(performance.now() - started));
                } else if (performance.now() - started > 10000) {
                    fail(new Error('never shown: ' + shows));
                } else {
                    requestAnimationFrame(look);
                }
            };
            look();
        })
        """;

    // The page is left; what it leads to is another one, whose largest content is waited for.
    private const string Leave = """
        element => {
            const started = performance.timeOrigin + performance.now();
            setTimeout(() => element.click());
            return started;
        }
        """;

    private const string Arrived = """
        () => new Promise(done => new PerformanceObserver(list =>
            done(performance.timeOrigin + list.getEntries().at(-1).startTime)
        ).observe({ type: 'largest-contentful-paint', buffered: true }))
        """;

    public string Name => "web.interaction";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var scene = await WebScene.StartAsync(ct);
        var every = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var measured = await Rounds.InterleavedAsync(
            async token =>
            {
                var times = new List<double>();
                foreach (var step in Steps(scene))
                {
                    token.ThrowIfCancellationRequested();
                    var time = await TimeAsync(scene, step);
                    times.Add(time);
                    (every.TryGetValue(step.Name, out var known) ? known : every[step.Name] = []).Add(time);
                }

                return Rounds.Percentile(times, 95);
            },
            async token =>
            {
                token.ThrowIfCancellationRequested();
                var page = scene.Window.Page;
                await page.GotoAsync($"https://localhost:{scene.Bare.Port}/");
                return await page.EvaluateAsync<double>(
                    "async () => { const t = performance.now(); await (await fetch('/')).text(); "
                        + "await new Promise(requestAnimationFrame); return performance.now() - t; }"
                );
            },
            ct: ct
        );
        foreach (var (name, times) in every)
        {
            Console.Error.WriteLine($"{Name}: {Rounds.Percentile(times, 50), 6:0} ms  {name}");
        }

        return BenchResult.Of(Name, "ms", measured, Goal.AtMost(AtMostMilliseconds));
    }

    private static IEnumerable<Step> Steps(WebScene scene)
    {
        var app = scene.AppPath;
        yield return new("open an app", scene.AppsPath, $"a[href='{app}']", "nav.tabs a[aria-current]", Deed.Leave);
        foreach (var tab in new[] { "releases", "environment", "logs" })
        {
            var link = $"nav.tabs a[href='{app}/{tab}']";
            yield return new($"tab {tab}", app, link, $"{link}[aria-current]", Deed.Leave);
        }

        yield return new(
            "open the jobs",
            scene.AppsPath,
            $"nav a[href='{scene.JobsPath}']",
            "tr[data-job]",
            Deed.Leave
        );
        yield return new("open the timeline", app, $"a[href='{app}/timeline']", "tr[data-record]", Deed.Leave);
        yield return new(
            "choose a range",
            $"{app}/timeline?to=2099-01-01T00:00:00",
            "tr[data-record] a[href*='from=']",
            ".lined .log",
            Deed.Leave
        );
        yield return new("compare releases", $"{app}/releases", "a[href*='?from=']", "#diff", Deed.Leave);
        yield return new(
            "type a variable",
            $"{app}/environment",
            "textarea",
            ".edit .sentence[role=status]",
            Deed.Type
        );
        yield return new("reveal values", $"{app}/environment", ".bar button", "td code.value", Deed.Click);
    }

    private static async Task<double> TimeAsync(WebScene scene, Step step)
    {
        var page = scene.Window.Page;
        await page.GotoAsync(step.Page);
        await scene.Window.LiveAsync();
        var element = page.Locator(step.Element).First;
        if (step.Deed != Deed.Leave)
        {
            return await element.EvaluateAsync<double>(InPage, new[] { step.Deed.ToString(), step.Shows });
        }

        var started = await element.EvaluateAsync<double>(Leave);
        await page.Locator(step.Shows).First.WaitForAsync();
        return await page.EvaluateAsync<double>(Arrived) - started;
    }

    private enum Deed
    {
        Click,
        Leave,
        Type,
    }

    /// <param name="Name">What a person does.</param>
    /// <param name="Page">Where.</param>
    /// <param name="Element">With what; a CSS selector.</param>
    /// <param name="Shows">What is there then and was not before.</param>
    private sealed record Step(string Name, string Page, string Element, string Shows, Deed Deed);
}
