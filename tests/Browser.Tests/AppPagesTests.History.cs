using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>What became of one variable.</summary>
public sealed partial class AppPagesTests
{
    [Fact]
    public async Task A_variables_history_is_a_link_that_names_who_set_it_in_which_release_and_no_value()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var set = await SetAsync(window, $"TOKEN={Canary}-1\nBESIDE=1", "TOKEN");
        await SetAsync(window, "BESIDE=2", "BESIDE");
        var changed = await SetAsync(window, $"TOKEN={Canary}-2", "TOKEN");
        await window.GoAsync($"{Hello}/environment");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "History of TOKEN" }).ClickAsync();

        var rows = window.Page.Locator(".history [data-change]");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.Nth(0)).ToContainTextAsync("Changed");
        await Assertions.Expect(rows.Nth(0)).ToContainTextAsync($"{changed}");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("Set");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync($"{set}");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("by Administrator");
        Assert.EndsWith("/environment?key=TOKEN", window.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await console.LooksAsync("environment-history", $"{Hello}/environment?key=TOKEN");

        await using (var other = await console.OpenSignedInAsync())
        {
            await other.GoAsync($"{Hello}/environment");
            await other.LiveAsync();
            await other
                .Page.Locator("[data-key=TOKEN]")
                .GetByRole(AriaRole.Button, new() { Name = "Remove TOKEN" })
                .ClickAsync();
            await ButtonAsync(other, $"Save as a new release of {Rack}/hello");
            await Assertions.Expect(rows).ToHaveCountAsync(3);
            await Assertions.Expect(rows.Nth(0)).ToContainTextAsync("Removed");
        }

        await rows.Nth(1).GetByRole(AriaRole.Link, new() { Name = changed }).ClickAsync();
        await Assertions.Expect(Plan(window)).ToContainTextAsync("TOKEN added");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_history_of_many_changes_is_shown_in_parts_and_one_of_an_unknown_name_says_so()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        await MakeAppAsync("rounds");
        var client = new ConvoxClient(ConvoxTarget.Of(console.Server));
        foreach (var round in Enumerable.Range(0, 52))
        {
            await client.EnvSetAsync("rounds", new Dictionary<string, string> { ["ROUND"] = $"{round}" });
        }

        await using var window = await console.OpenSignedInAsync();
        var page = $"{console.Apps}/{console.Server.FirstRun.Rack}/rounds/environment";
        await window.GoAsync($"{page}?key=ROUND");
        var rows = window.Page.Locator(".history [data-change]");
        await Assertions.Expect(rows).ToHaveCountAsync(50);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("Set");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Newest" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(50);

        await window.GoAsync($"{page}?key={Uri.EscapeDataString(Markup)}&before=-1");
        await Assertions.Expect(Plan(window)).ToContainTextAsync("There are no older changes of it.");
        await window.GoAsync($"{page}?key={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(Plan(window)).ToContainTextAsync("No release of this app set a variable of that name.");
        await Assertions.Expect(Plan(window).Locator("h2")).ToHaveTextAsync($"History of {Markup}");
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }
}
