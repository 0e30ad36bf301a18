using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class AppsPageTests(ConsoleFixture console)
{
    [Fact]
    public async Task The_sample_is_deployed_from_the_empty_page_and_another_window_sees_it_live()
    {
        var rack = $"{console.Server.FirstRun.Organization}/{console.Server.FirstRun.Rack}";
        await using var window = await console.OpenSignedInAsync();
        await using var watcher = await console.OpenSignedInAsync(width: 360);
        await Assertions
            .Expect(window.Page.Locator(".cli code").Nth(1))
            .ToHaveTextAsync($"convox apps create my-app -r {rack}");
        await Assertions
            .Expect(window.Page.Locator(".cli code").First)
            .ToHaveTextAsync($"convox login {console.Server.Url.Authority}");
        await console.LooksAsync("empty", console.Apps);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Deploy the sample to {rack}" }).ClickAsync();
        await Assertions.Expect(watcher.Page.Locator("[data-app=hello]")).ToBeVisibleAsync();
        await Assertions
            .Expect(window.Page.Locator(".steps li[data-step=now], .steps li[data-step=failed]").First)
            .ToHaveTextAsync("Build");
        await window.ShootAsync("apps-building");

        await OverAsync(window);
        await Assertions.Expect(window.Page.Locator(".steps .problem")).ToHaveCountAsync(0);
        foreach (var page in new[] { window.Page, watcher.Page })
        {
            var row = page.Locator("[data-app=hello]");
            await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Running");
            await Assertions.Expect(row.Locator(".count")).ToHaveTextAsync("1 of 1 healthy");
            await Assertions
                .Expect(row.Locator("code"))
                .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^R[A-Z]{10}$"));
            await Assertions.Expect(row).ToContainTextAsync("by Administrator");
        }

        await AnswersAsync(window);
        await console.LooksAsync("apps", console.Apps);
        Assert.Empty(window.Faults);
        Assert.Empty(watcher.Faults);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/account/password")]
    [InlineData("/o/nobody/apps")]
    public async Task Pages_have_no_accessibility_findings_in_light_and_dark(string path)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var window =
                path == "/login"
                    ? await console.OpenAsync(scheme: scheme)
                    : await console.OpenSignedInAsync(scheme: scheme);
            await window.GoAsync(path);

            Assert.Empty(await window.AxeAsync());
            await window.ShootAsync($"{path.Trim('/').Replace('/', '-')}-{scheme.ToString().ToLowerInvariant()}");
        }
    }

    [Fact]
    public async Task The_theme_is_kept_and_there_from_the_first_byte()
    {
        await using var window = await console.OpenSignedInAsync();

        await window.OpenMenuAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        var again = await window.GoAsync(console.Apps);

        Assert.Contains("data-theme=\"dark\"", await again.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_become_comfortable_at_once_and_stay_so()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync("/o/main/racks");
        var row = window.Page.Locator("[data-rack] > td").First;
        await window.LiveAsync();
        var compact = await HeightAsync(row);
        Assert.NotEqual(0, compact);

        await window.OpenMenuAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Comfortable" }).ClickAsync();

        await IsComfortableAsync();
        await window.GoAsync("/o/main/racks");
        await IsComfortableAsync();
        await window.ShootAsync("racks-comfortable");

        // A row that is being replaced has no height.
        Task IsComfortableAsync() =>
            Poll.UntilAsync(
                async () => Math.Abs(await HeightAsync(row) - (compact + 12)) < 0.5,
                TimeSpan.FromSeconds(30),
                $"a row of {compact + 12} pixels"
            );
    }

    private static Task<double> HeightAsync(ILocator row) =>
        row.EvaluateAsync<double>("row => row.getBoundingClientRect().height");

    private static async Task OverAsync(Window window) =>
        await Assertions
            .Expect(window.Page.Locator(".steps li[data-step=done]").Last.Or(window.Page.Locator(".steps .problem")))
            .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^Running$|failed"), new() { Timeout = 120_000 });

    private async Task AnswersAsync(Window window)
    {
        var address = await window.Page.Locator("[data-app=hello] td a").GetAttributeAsync("href");
        await using var visitor = await Window.OpenAsync(console.Browser, new Uri(address!));
        var answer = await visitor.GoAsync(address!);
        Assert.Contains("Hello from Palisade", await answer.TextAsync(), StringComparison.Ordinal);
    }
}
