using Microsoft.Playwright;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    private string Dashboard => $"/o/{console.Server.FirstRun.Organization}/dashboard";

    [Fact]
    public async Task The_dashboard_shows_live_what_changes_runs_and_was_refused()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var next = await SetAsync(window, "DASH=1", "DASH");
        var readers = await console.MakeRoleAsync("Dash readers", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "dash@example.com", "a long enough passphrase", readers);
        await using var watcher = await console.OpenSignedInAsync();
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Dashboard" }).ClickAsync();
        await Assertions.Expect(watcher.Page.GetByRole(AriaRole.Heading, new() { Name = Rack })).ToBeVisibleAsync();

        await window.GoAsync($"{Hello}/releases?promote={next}");
        await ApplyAsync(window, $"Promote {next} on {Rack}/hello");

        await Assertions.Expect(Region(watcher, "Latest releases")).ToContainTextAsync(next);
        await Assertions.Expect(watcher.Page.Locator(".cards")).ToContainTextAsync("1 of 1 processes healthy");
        await console.LooksAsync("dashboard", Dashboard);

        await reader.GoAsync(Dashboard);
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(dashboard.view)");
        var key = new ConvoxClient(ConvoxTarget.Of(console.Server) with { Token = await console.IssueKeyAsync("ci") });
        await Assert.ThrowsAsync<ConvoxException>(() => key.AppsDeleteAsync("hello"));
        await Assertions.Expect(Region(watcher, "Refused lately")).ToContainTextAsync("app.delete on app local/hello");
        Assert.Empty(watcher.Faults);
    }

    private static ILocator Region(Window window, string name) =>
        window.Page.GetByRole(AriaRole.Region, new() { Name = name });
}
