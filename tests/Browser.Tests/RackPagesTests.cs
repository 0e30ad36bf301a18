using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages of racks, on a server of its own.</summary>
public sealed class RackPagesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private string Racks => $"/o/{console.Server.FirstRun.Organization}/racks";

    [Fact]
    public async Task The_list_says_what_each_rack_is_whether_it_is_ready_and_who_registered_it()
    {
        await using var window = await console.OpenSignedInAsync();

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Racks", Exact = true }).ClickAsync();

        var row = window.Page.Locator("[data-rack=local]");
        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready");
        await Assertions.Expect(row.Locator(".environment")).ToContainTextAsync("development");
        await Assertions.Expect(row).ToContainTextAsync("local, 3.19.0");
        await Assertions.Expect(row).ToContainTextAsync("0 apps");
        await Assertions.Expect(row).ToContainTextAsync("by Administrator");
        await LooksAsync("racks", Racks);
        await window.GoAsync($"{Racks}?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&environment=%22%3E%3Cscript%3E");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("No rack is like that.");
        await Assertions.Expect(window.Page.Locator("#q")).ToHaveValueAsync("<img src=x onerror=alert(1)>");
        await Assertions.Expect(window.Page.Locator("main img, main script")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_container_service_that_can_not_be_started_is_said_while_it_is_so()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync(Racks);
        var row = window.Page.Locator("[data-rack=local]");
        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready");

        using (BrokenEngine.Of(console.Server))
        {
            await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Not ready", new() { Timeout = 15_000 });
            await Assertions.Expect(row.Locator(".failure")).ToContainTextAsync(BrokenEngine.Why);
        }

        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready", new() { Timeout = 15_000 });
        await Assertions.Expect(row.Locator(".failure")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    private async Task LooksAsync(string name, string path)
    {
        await using var window = await console.OpenSignedInAsync();
        await window.LooksAsync(name, path);
    }
}
