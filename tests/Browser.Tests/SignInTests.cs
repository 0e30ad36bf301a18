using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class SignInTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_wrong_password_is_refused_in_words_that_tell_nothing_of_the_account()
    {
        await using var window = await console.OpenAsync();

        await window.SignInAsync(console.Email, "not the password at all");
        var known = await window.Page.GetByRole(AriaRole.Alert).TextContentAsync();
        await window.SignInAsync("nobody@localhost", "not the password at all");
        var unknown = await window.Page.GetByRole(AriaRole.Alert).TextContentAsync();

        Assert.Equal("Wrong email or password.", known);
        Assert.Equal(known, unknown);
        Assert.Equal("true", await window.Page.GetByLabel("Email").GetAttributeAsync("aria-invalid"));
    }

    [Fact]
    public async Task S02_The_first_password_lets_nobody_past_the_page_that_changes_it()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var chromium = await Chromium.LaunchAsync(server);
        await using var window = await chromium.OpenAsync();

        await window.SignInAsync(server.FirstRun.Email, server.FirstRun.Password);
        await window.ArriveAsync("**/account/password");
        await window.GoAsync($"/o/{server.FirstRun.Organization}/apps");
        Assert.EndsWith("/account/password", window.Page.Url, StringComparison.Ordinal);
        await window.ChangePasswordAsync(server.FirstRun.Password, "short");
        Assert.Contains(
            "at least 12 characters",
            await window.Page.GetByRole(AriaRole.Alert).TextContentAsync(),
            StringComparison.Ordinal
        );
        await window.ChangePasswordAsync(server.FirstRun.Password, ConsoleFixture.Password);

        await window.ArriveAsync($"**/o/{server.FirstRun.Organization}/apps");
        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Apps", Exact = true }))
            .ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("first-run.json");
    }

    [Fact]
    public async Task Sign_in_works_without_scripts()
    {
        await using var context = await console.Browser.NewContextAsync(
            new()
            {
                BaseURL = console.Server.Url.ToString(),
                IgnoreHTTPSErrors = true,
                JavaScriptEnabled = false,
            }
        );
        var page = await context.NewPageAsync();

        await page.GotoAsync(console.Apps);
        await page.GetByLabel("Email").FillAsync(console.Email);
        await page.GetByLabel("Password").FillAsync(ConsoleFixture.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await page.WaitForURLAsync($"**{console.Apps}", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions
            .Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Apps", Exact = true }))
            .ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test/")]
    [InlineData("/racks")]
    public async Task An_address_that_is_no_page_of_ours_is_not_returned_to(string returnUrl)
    {
        await using var window = await console.OpenAsync();

        await window.GoAsync($"/login?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await window.Page.GetByLabel("Email").FillAsync(console.Email);
        await window.Page.GetByLabel("Password").FillAsync(ConsoleFixture.Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await window.ArriveAsync($"{console.Server.Url}o/*/apps");
        Assert.DoesNotContain(window.Faults, f => f.StartsWith("request", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_on_another_site_finds_who_is_signed_in()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        await window.Context.RouteAsync(
            "https://elsewhere.test/",
            route =>
                route.FulfillAsync(
                    new()
                    {
                        ContentType = "text/html",
                        Body = $"<a href='{console.Server.Url}{console.Apps[1..]}'>there</a>",
                    }
                )
        );

        await window.GoAsync("https://elsewhere.test/");
        await window.Page.GetByText("there").ClickAsync();

        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Apps", Exact = true }))
            .ToBeVisibleAsync();
    }
}
