using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>Its processes: how many, of which size, and what is done to one.</summary>
public sealed partial class AppPagesTests
{
    private static readonly LocatorAssertionsToHaveCountOptions Rollout = new() { Timeout = 60_000 };

    private string Processes => $"{Hello}/processes";

    [Fact]
    public async Task A_service_is_scaled_by_a_plan_and_one_process_is_stopped_and_replaced()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var rows = window.Page.Locator("[data-process]");
        await window.GoAsync(Processes);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Scale web" }).ClickAsync();
        await Assertions.Expect(Plan(window)).ToContainTextAsync("nothing would change");

        // What is typed before the circuit draws the page is drawn over.
        await window.LiveAsync();
        await window.Page.Locator("#count").FillAsync("2");
        await ButtonAsync(window, "Show the plan");
        await Assertions.Expect(Plan(window)).ToContainTextAsync("1 new process");
        await Assertions.Expect(Plan(window)).ToContainTextAsync("64 → 128 MiB");
        await console.LooksAsync("scale", $"{Processes}?scale=web&count=2");
        await ButtonAsync(window, $"Scale web of {Rack}/hello to 2");
        await Assertions.Expect(window.Page.Locator("[data-service=web] .status")).ToHaveTextAsync("2 of 2 healthy");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await console.LooksAsync("processes", Processes);

        var stopped = (await rows.First.GetAttributeAsync("data-process"))!;
        await window.Page.GetByRole(AriaRole.Link, new() { Name = $"Stop {stopped}" }).ClickAsync();
        await Assertions
            .Expect(Plan(window))
            .ToContainTextAsync("another of the release that runs is started in its place");
        await ButtonAsync(window, $"Stop {stopped} of {Rack}/hello");
        await Assertions.Expect(window.Page.Locator($"[data-process={stopped}]")).ToHaveCountAsync(0, Rollout);
        await Assertions.Expect(window.Page.Locator("[data-service=web] .status")).ToHaveTextAsync("2 of 2 healthy");

        await ScaleBackAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1, Rollout);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_plan_of_a_scale_that_does_not_fit_says_so_and_no_button_does_it()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);

        await window.GoAsync($"{Processes}?scale=web&memory=1000000");
        await Assertions.Expect(Plan(window).Locator(".problem")).ToContainTextAsync("MiB");
        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = $"Scale web of {Rack}/hello to 1" }))
            .ToBeDisabledAsync();

        await window.GoAsync($"{Processes}?scale=web&count=-1");
        await Assertions.Expect(Plan(window).Locator(".problem")).ToContainTextAsync("Count is 0 to 1000");
    }

    [Fact]
    public async Task A_restart_says_what_it_replaces_and_replaces_it()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync(Processes);
        var before = (await window.Page.Locator("[data-process]").First.GetAttributeAsync("data-process"))!;

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Restart web" }).ClickAsync();
        await Assertions.Expect(Plan(window)).ToContainTextAsync("web: its process is replaced by a new one");
        await ButtonAsync(window, $"Restart web of {Rack}/hello");

        await Assertions.Expect(window.Page.Locator($"[data-process={before}]")).ToHaveCountAsync(0, Rollout);
        await Assertions.Expect(window.Page.Locator("[data-service=web] .status")).ToHaveTextAsync("1 of 1 healthy");
    }

    private Task ScaleBackAsync() =>
        new ConvoxClient(ConvoxTarget.Of(console.Server)).ScaleAsync("hello", "web", count: 1);
}
