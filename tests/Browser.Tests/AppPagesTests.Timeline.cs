using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    private static readonly LocatorAssertionsToContainTextOptions Indexed = new() { Timeout = 60_000 };

    private string Timeline => $"{Hello}/timeline";

    [Fact]
    public async Task A_timeline_tells_live_what_happened_and_a_range_of_it_has_its_records_and_its_log()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync(Hello);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Timeline" }).ClickAsync();
        await window.LiveAsync();
        await using var other = await console.OpenSignedInAsync();

        var next = await SetAsync(other, $"WHEN={Canary}", "WHEN");
        await other.GoAsync($"{Hello}/releases?promote={next}");
        await ApplyAsync(other, $"Promote {next} on {Rack}/hello");
        await Assertions.Expect(Sentence(other)).ToContainTextAsync($"{next} runs");
        var client = new ConvoxClient(ConvoxTarget.Of(console.Server));
        await client.ExecAsync("hello", (await client.PsAsync("hello"))[0].Id, "true");
        await client.RestartAsync("hello", "web");
        var key = new ConvoxClient(
            ConvoxTarget.Of(console.Server) with
            {
                Token = await console.IssueKeyAsync("late"),
            }
        );
        await Assert.ThrowsAsync<ConvoxException>(() => key.AppsDeleteAsync("hello"));

        await Assertions.Expect(RowOf(window, "Refused")).ToContainTextAsync("app.delete: ", Indexed);
        await Assertions.Expect(RowOf(window, "Environment")).ToContainTextAsync($"{next} was made: WHEN added");
        await Assertions.Expect(RowOf(window, $"{next} runs and is healthy")).ToBeVisibleAsync();
        await Assertions.Expect(RowOf(window, "true was begun in web-")).ToContainTextAsync("Administrator");
        await Assertions.Expect(RowOf(window, "Restarting its processes began")).ToBeVisibleAsync();
        Assert.DoesNotContain(Canary, await window.Page.ContentAsync(), StringComparison.Ordinal);

        await RowOf(window, $"Promoting {next} began")
            .GetByRole(AriaRole.Link, new() { Name = "From here" })
            .ClickAsync();
        await window.ArriveAsync("**from=**");
        await window.LiveAsync();
        await RowOf(window, $"{next} runs and is healthy")
            .GetByRole(AriaRole.Link, new() { Name = "To here" })
            .ClickAsync();
        await window.ArriveAsync("**to=**");
        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync("every service is healthy");
        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync(next);
        await Assertions.Expect(RowOf(window, "The app was created")).ToHaveCountAsync(0);
        await Assertions.Expect(RowOf(window, $"Promoting {next} began")).ToHaveCountAsync(1);
        var range = new Uri(window.Page.Url).PathAndQuery;
        await console.LooksAsync(("timeline", Timeline), ("timeline-range", range));
        await window.Page.GetByLabel("Lines that contain").FillAsync("no line says this");
        await window.Page.Locator(".bar button").ClickAsync();
        await window.ArriveAsync("**q=no**");
        await Assertions.Expect(window.Page.Locator("#from")).Not.ToHaveValueAsync("");
        await Assertions.Expect(window.Page.Locator(".hint[role=status]")).ToHaveTextAsync("0 lines.");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task The_link_to_a_range_leads_over_the_sign_in()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var link = $"{Timeline}?from=2026-01-01T00:00:00&to=2099-01-01T00:00:00&kind=release";
        await using var stranger = await console.OpenAsync();

        await stranger.GoAsync(link);
        await Assertions.Expect(stranger.Page).ToHaveURLAsync(new Regex("/login\\?returnUrl="));
        Assert.DoesNotContain("hello", await stranger.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await stranger.Page.GetByLabel("Email").FillAsync(console.Email);
        await stranger.Page.GetByLabel("Password").FillAsync(ConsoleFixture.Password);
        await stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await stranger.ArriveAsync($"**{Timeline}**");
        Assert.Equal(link, new Uri(stranger.Page.Url).PathAndQuery);
        await Assertions.Expect(stranger.Page.Locator("[data-record]").First).ToContainTextAsync("was made");
    }

    [Fact]
    public async Task Who_may_not_read_the_audit_log_sees_releases_and_jobs_only_and_is_told_so()
    {
        await using var window = await console.OpenSignedInAsync();
        var release = await DeployAsync(window);
        await using var developer = await console.OpenAsync();
        await console.JoinAsync(developer, "timeline@example.com", "a long enough passphrase");
        await developer.GoAsync(Timeline);
        await developer.LiveAsync();

        await Assertions.Expect(developer.Page.Locator("main")).ToContainTextAsync("Only releases and jobs are shown.");
        await Assertions.Expect(developer.Page.Locator("main")).ToContainTextAsync("(audit.read)");
        await Assertions.Expect(RowOf(developer, $"{release}: Done")).ToBeVisibleAsync();
        await Assertions.Expect(RowOf(developer, "was made").First).ToBeVisibleAsync();
        await Assertions.Expect(developer.Page.Locator("tr[data-record]")).ToHaveCountAsync(0);
        Assert.Empty(await developer.AxeAsync());

        var blind = await console.MakeRoleAsync("Blind to time", "Read", "release.list", "app.logs");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "blindtime@example.com", "a long enough passphrase", blind);
        await reader.GoAsync($"{Timeline}?from=2026-01-01T00:00&to=2099-01-01T00:00");
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("Nothing happened then");
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(app.logs)");
        await Assertions.Expect(reader.Page.Locator(".log")).ToHaveCountAsync(0);
        Assert.Empty(await reader.AxeAsync());
    }

    [Fact]
    public async Task A_range_is_chosen_by_the_keyboard_alone()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await GoToAsync(window, "hello timeline", $"**{Timeline}");

        var rows = window.Page.Locator("tr[data-kind]");
        await TabToAsync(window, rows.Nth(4).GetByRole(AriaRole.Link, new() { Name = "From here" }));
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync("**from=**");
        await window.LiveAsync();
        await TabToAsync(window, rows.First.GetByRole(AriaRole.Link, new() { Name = "To here" }));
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync("**to=**");

        await Assertions.Expect(window.Page.Locator(".log")).ToBeVisibleAsync();
        await TabToAsync(window, window.Page.GetByLabel("Kind"));
        await window.Page.Keyboard.TypeAsync("Build");
        await TabToAsync(window, window.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).First);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync("**kind=build**");
        await Assertions.Expect(window.Page.GetByLabel("Kind")).ToHaveValueAsync("build");
        Assert.Empty(window.Faults);
    }

    private static ILocator RowOf(Window window, string says) =>
        window.Page.Locator("tr[data-kind]").Filter(new() { HasText = says }).First;
}
