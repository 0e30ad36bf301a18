using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OtpNet;

namespace Palisade.Browser.Tests;

/// <summary>The pages of one's second factor and tokens, by people who joined with an invite.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class SecondFactorTests(ConsoleFixture console)
{
    private const string Page = "/account/second-factor";
    private const string Password = "violet ladder 88 hums";

    [Fact]
    public async Task A_second_factor_is_set_up_used_to_sign_in_renewed_and_turned_off()
    {
        await using var window = await console.OpenAsync();
        await console.JoinAsync(window, "seco@example.test", Password);
        await window.GoAsync(Page);
        await LooksAsync(window, "second-factor-off");
        await window.Page.GetByLabel("Your password").FillAsync("not mine at all 77");
        await PressAsync(window, "Set up");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("password is wrong");

        await window.Page.GetByLabel("Your password").FillAsync(Password);
        await PressAsync(window, "Set up");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        var secret = Base32Encoding.ToBytes(
            (await window.Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal)
        );
        await LooksAsync(window, "second-factor-scan");
        await window.Page.GetByLabel("Code from your app").FillAsync("12 34");
        await PressAsync(window, "Confirm");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong or was used");
        await window.Page.GetByLabel("Code from your app").FillAsync(CodeOf(secret));
        await PressAsync(window, "Confirm");
        var codes = await window.Page.GetByRole(AriaRole.Listitem).AllTextContentsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await LooksAsync(window, "second-factor-codes");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        await window.ArriveAsync("**/o/main/apps");
        Assert.Empty(window.Faults);

        await window.LiveAsync();
        await window.SignOutAsync();
        await window.SignInAsync("seco@example.test", Password);
        await window.ArriveAsync("**/login/code");
        await window.Page.GetByLabel("Code from your authenticator app").FillAsync(codes[0]);
        await PressAsync(window, "Confirm");
        await window.ArriveAsync("**/o/main/apps");

        await window.GoAsync(Page);
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("9 of 10 recovery codes are left");
        await LooksAsync(window, "second-factor-on");
        await PressAsync(window, "Make new codes");
        var renewed = await window.Page.GetByRole(AriaRole.Listitem).AllTextContentsAsync();
        Assert.Empty(renewed.Intersect(codes));
        await window.GoAsync(Page);
        await PressAsync(window, "Turn off");
        await Assertions.Expect(window.Page.GetByLabel("Your password")).ToBeVisibleAsync();
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Whoever_has_no_second_factor_is_led_to_it_by_an_organization_that_requires_one()
    {
        await using var window = await console.OpenAsync();
        await console.JoinAsync(window, "requ@example.test", Password);
        using var http = console.Http();

        await console.EnrollAdministratorAsync(http);
        try
        {
            await http.RequireSecondFactorAsync(true);

            await window.GoAsync(console.Apps);

            Assert.Equal(
                $"{Page}?returnUrl={Uri.EscapeDataString(console.Apps)}",
                new Uri(window.Page.Url).PathAndQuery
            );
            await Assertions
                .Expect(window.Page.GetByRole(AriaRole.Status))
                .ToContainTextAsync("main requires a second factor of every member");
            await LooksAsync(window, "second-factor-required");
            await window.Page.GetByLabel("Your password").FillAsync(Password);
            await PressAsync(window, "Set up");
            var secret = await window.Page.Locator("details code").TextContentAsync();
            await window
                .Page.GetByLabel("Code from your app")
                .FillAsync(CodeOf(Base32Encoding.ToBytes(secret!.Replace(" ", "", StringComparison.Ordinal))));
            await PressAsync(window, "Confirm");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
            await window.ArriveAsync($"**{console.Apps}");
            await window.LiveAsync();
            Assert.Empty(window.Faults);
        }
        finally
        {
            try
            {
                await http.RequireSecondFactorAsync(false);
            }
            finally
            {
                using var removed = await http.DeleteAsync("/api/v1/account/second-factor");
                Assert.True(removed.IsSuccessStatusCode);
            }
        }
    }

    [Fact]
    public async Task A_token_is_made_on_its_page_shown_once_and_revoked()
    {
        await using var window = await console.OpenAsync();
        await console.JoinAsync(window, "toke@example.test", Password);
        await window.GoAsync("/account/tokens");
        await LooksAsync(window, "tokens-none");

        await window.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("laptop");
        await window.Page.GetByLabel("Networks").FillAsync("127.0.0.1/8");
        await PressAsync(window, "Make token");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("127.0.0.0/8");
        await window.Page.GetByLabel("Networks").FillAsync("127.0.0.0/8");
        await PressAsync(window, "Make token");
        var token = (await window.Page.Locator(".secret code").TextContentAsync())!;
        Assert.Matches(new Regex("^plt_[0-9A-Za-z]{49}$"), token);
        await LooksAsync(window, "tokens-new");
        using var http = console.Http(token);
        Assert.True((await http.GetAsync("/api/v1/account")).IsSuccessStatusCode);

        await window.GoAsync("/account/tokens");
        Assert.DoesNotContain(token, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await PressAsync(window, "Revoke laptop");
        await Assertions.Expect(window.Page.Locator("[data-credential]")).ToHaveCountAsync(1);
        Assert.Equal(401, (int)(await http.GetAsync("/api/v1/account")).StatusCode);
        Assert.Empty(window.Faults);
    }

    private static Task PressAsync(Window window, string button) =>
        window.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    private static string CodeOf(byte[] secret) => new Totp(secret).ComputeTotp();

    /// <summary>The page as it is, in both themes and widths: a form's answer can't be loaded again.</summary>
    private static async Task LooksAsync(Window window, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in (int[])[360, 1280])
            {
                await window.Page.SetViewportSizeAsync(width, 800);
                await window.ShootAsync($"{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
                Assert.False(await window.ScrollsSidewaysAsync(), $"{name} scrolls sideways at {width} px");
                Assert.Empty(await window.AxeAsync());
            }
        }
    }
}
