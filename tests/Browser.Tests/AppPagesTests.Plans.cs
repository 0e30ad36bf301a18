using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>Plans that something else has overtaken.</summary>
public sealed partial class AppPagesTests
{
    [Fact]
    public async Task A_promote_whose_plan_is_stale_is_refused_and_shown_anew()
    {
        await using var one = await console.OpenSignedInAsync();
        var first = await DeployAsync(one);
        var second = await SetAsync(one, "SECOND=1", "SECOND");
        var third = await SetAsync(one, "THIRD=1", "THIRD");
        await one.GoAsync($"{Hello}/releases?promote={third}");
        await one.LiveAsync();
        await Assertions.Expect(Plan(one)).ToContainTextAsync($"{first} runs now");

        await PromoteElsewhereAsync(second);
        await Assertions.Expect(Sentence(one)).ToContainTextAsync($"{second} runs");
        await Assertions.Expect(Plan(one)).ToContainTextAsync($"{first} runs now");
        await ButtonAsync(one, $"Promote {third} on {Rack}/hello");

        await Assertions
            .Expect(Plan(one).Locator(".problem"))
            .ToContainTextAsync($"What runs is {second} now, no longer what this plan began from");
        await Assertions.Expect(Plan(one)).ToContainTextAsync($"{second} runs now");
        await Assertions.Expect(Plan(one)).Not.ToContainTextAsync("SECOND added");
        await Assertions.Expect(Sentence(one)).ToContainTextAsync($"{second} runs");
        Assert.Empty(await one.AxeAsync());
        await one.ShootAsync("promote-stale");
        await ApplyAsync(one, $"Promote {third} on {Rack}/hello");
        await Assertions.Expect(Sentence(one)).ToContainTextAsync($"{third} runs");
        Assert.Empty(one.Faults);
    }

    [Fact]
    public async Task A_restart_whose_plan_is_stale_is_refused_and_shown_anew()
    {
        await using var one = await console.OpenSignedInAsync();
        await DeployAsync(one);
        await one.GoAsync($"{Processes}?restart=*");
        await one.LiveAsync();
        await Assertions.Expect(Plan(one)).ToContainTextAsync("web: its process is replaced");
        var before = (await one.Page.Locator("[data-process]").First.GetAttributeAsync("data-process"))!;

        await new ConvoxClient(ConvoxTarget.Of(console.Server)).RestartAsync("hello", "web");
        await Assertions.Expect(one.Page.Locator($"[data-process={before}]")).ToHaveCountAsync(0, Rollout);
        await Assertions.Expect(one.Page.Locator("header .status")).ToHaveTextAsync("Running", Settled);
        var after = (await one.Page.Locator("[data-process]").First.GetAttributeAsync("data-process"))!;
        await ButtonAsync(one, $"Restart all of {Rack}/hello");

        await Assertions.Expect(Plan(one).Locator(".problem")).ToContainTextAsync("was restarted since");
        await Assertions.Expect(one.Page.Locator($"[data-process={after}]")).ToHaveCountAsync(1);
        Assert.Empty(await one.AxeAsync());
        await one.ShootAsync("restart-stale");
        await ButtonAsync(one, $"Restart all of {Rack}/hello");
        await Assertions.Expect(one.Page.Locator($"[data-process={after}]")).ToHaveCountAsync(0, Rollout);
        Assert.Empty(one.Faults);
    }

    [Fact]
    public async Task Any_two_releases_are_compared_by_a_link()
    {
        await using var one = await console.OpenSignedInAsync();
        await DeployAsync(one);
        var second = await SetAsync(one, "COMPARED_FIRST=1", "COMPARED_FIRST");
        var third = await SetAsync(one, $"COMPARED_TOO={Canary}", "COMPARED_TOO");
        await one.GoAsync($"{Hello}/releases?from={second}&to={third}");
        await one.LiveAsync();
        await Assertions.Expect(Plan(one)).ToContainTextAsync($"From {second} to {third}");
        await Assertions.Expect(Plan(one).Locator("[data-change=added]")).ToHaveTextAsync(["COMPARED_TOO added"]);
        await Assertions.Expect(Plan(one).Locator("[data-change=removed]")).ToHaveCountAsync(0);
        await one.GoAsync($"{Hello}/releases?from={third}&to={second}");
        await Assertions.Expect(Plan(one).Locator("[data-change=removed]")).ToHaveTextAsync(["COMPARED_TOO removed"]);
        Assert.DoesNotContain(Canary, await one.Page.ContentAsync(), StringComparison.Ordinal);

        await one.GoAsync($"{Hello}/releases?from={second}&to=%3Cimg%3E");
        await Assertions.Expect(one.Page.Locator("main")).ToContainTextAsync("There is no such release");
        await Assertions.Expect(one.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(one.Faults);
        await console.LooksAsync("release-compare", $"{Hello}/releases?from={second}&to={third}");
    }

    private static LocatorAssertionsToHaveTextOptions Settled { get; } = new() { Timeout = 60_000 };

    private async Task PromoteElsewhereAsync(string release)
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Hello}/releases?promote={release}");
        await ApplyAsync(window, $"Promote {release} on {Rack}/hello");
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{release} runs");
    }
}
