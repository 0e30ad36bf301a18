using System.Net;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class SessionTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_session_that_is_revoked_in_one_window_ends_in_the_other()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        var other = await SecondAsync(window);

        await window.SignOutAsync();

        await SentAwayAsync(other);
    }

    /// <summary>
    /// The end of the session reaches the page's circuit before the answer to "Sign out" reaches the page.
    /// </summary>
    [Fact]
    public async Task Signing_out_leads_to_the_plain_sign_in_page_however_late_its_answer_is()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        var other = await SecondAsync(window);
        await window.Page.RouteAsync(
            "**/account/sign-out",
            async route =>
            {
                var answer = await route.FetchAsync(new() { MaxRedirects = 0 });
                await SentAwayAsync(other);
                await route.FulfillAsync(new() { Response = answer });
            }
        );

        await window.SignOutAsync();

        Assert.Equal("/login", new Uri(window.Page.Url).PathAndQuery);
    }

    [Fact]
    public async Task The_back_button_shows_nothing_after_signing_out()
    {
        await using var window = await console.OpenSignedInAnewAsync();

        await window.SignOutAsync();
        await window.Page.GoBackAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator(".rack")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_organization_of_others_and_a_page_that_does_not_exist_look_the_same()
    {
        await using var window = await console.OpenSignedInAnewAsync();

        var other = await window.GoAsync("/o/others/apps");
        var otherText = await window.Page.Locator("main").TextContentAsync();
        var none = await window.GoAsync("/o/main/no-such-page");
        var noneText = await window.Page.Locator("main").TextContentAsync();

        Assert.Equal((int)HttpStatusCode.NotFound, other.Status);
        Assert.Equal(other.Status, none.Status);
        Assert.Equal(otherText, noneText);
    }

    [Fact]
    public async Task S03_The_session_cookie_is_host_only_secure_strict_and_hidden_from_scripts()
    {
        await using var window = await console.OpenSignedInAnewAsync();

        var cookie = Assert.Single(await window.Context.CookiesAsync(), c => c.Name == "__Host-palisade");

        Assert.True(cookie is { Secure: true, HttpOnly: true, Path: "/", SameSite: SameSiteAttribute.Strict });
        Assert.StartsWith("pls_", cookie.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S07_The_session_cookie_opens_no_route_of_the_API()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        var cookie = Assert.Single(await window.Context.CookiesAsync(), c => c.Name == "__Host-palisade");
        using var http = console.Server.NewHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/racks");
        request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.test", HttpStatusCode.Forbidden)]
    [InlineData("https://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    public async Task S07_A_foreign_origin_gets_no_circuit(string? origin, HttpStatusCode expected)
    {
        await using var window = await console.OpenSignedInAnewAsync();
        var cookie = Assert.Single(await window.Context.CookiesAsync(), c => c.Name == "__Host-palisade");
        using var http = console.Server.NewHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
        request.Headers.Add("Origin", origin ?? console.Server.Url.GetLeftPart(UriPartial.Authority));

        using var answer = await http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task S07_Pages_are_never_stored_and_framed_by_nobody()
    {
        await using var window = await console.OpenSignedInAnewAsync();

        var answer = await window.GoAsync(console.Apps);
        var headers = await answer.AllHeadersAsync();

        Assert.Contains("no-store", headers["cache-control"], StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", headers["content-security-policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_dies_is_said_at_once_and_found_again_when_it_is_back()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        var banner = window.Page.Locator("#connection");

        await console.Server.Kill9Async();
        await Assertions.Expect(banner).ToContainTextAsync("Connection lost");
        await Assertions.Expect(window.Page.Locator(".rack")).ToHaveCountAsync(1);
        await console.Server.StartAgainAsync();

        await Assertions.Expect(banner).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(window.Page.Locator(".rack")).ToHaveCountAsync(1);
    }

    private async Task<IPage> SecondAsync(Window window)
    {
        var other = await window.Context.NewPageAsync();
        await other.GotoAsync(console.Apps);
        await Assertions.Expect(other.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        return other;
    }

    private static Task SentAwayAsync(IPage page) =>
        page.WaitForURLAsync("**/login?returnUrl=**", new() { WaitUntil = WaitUntilState.Commit });
}
