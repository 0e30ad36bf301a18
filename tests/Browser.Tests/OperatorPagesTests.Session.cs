using System.Net;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>How long somebody is an operator on these pages, and what their forms are taken from.</summary>
public sealed partial class OperatorPagesTests
{
    [Theory]
    [InlineData("https://evil.test", "own", true, HttpStatusCode.Forbidden)]
    [InlineData(null, null, true, HttpStatusCode.BadRequest)]
    [InlineData(null, "made-up", true, HttpStatusCode.BadRequest)]
    [InlineData(null, "own", false, HttpStatusCode.Redirect)]
    [InlineData(null, "own", true, HttpStatusCode.Redirect)]
    public async Task S07_an_operators_form_is_taken_from_its_own_page_and_with_their_token_only(
        string? origin,
        string? token,
        bool asOperator,
        HttpStatusCode expected
    )
    {
        var email = $"form-{Guid.NewGuid():N}@example.com";
        await using var window = await OperatorAsync("/operator/users");
        var sent = new Dictionary<string, string>
        {
            ["Register.Email"] = email,
            ["Register.Name"] = "Formed",
            ["Register.Password"] = Passphrase,
        };
        foreach (var field in await window.Page.Locator("form:has(#password) input[type=hidden]").AllAsync())
        {
            var (name, value) = (await field.GetAttributeAsync("name"), await field.GetAttributeAsync("value"));
            if (name == "_handler" || token is not null)
            {
                sent[name!] = name == "_handler" || token == "own" ? value! : token!;
            }
        }

        using var http = console.Server.NewHttpClient(redirects: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/operator/users")
        {
            Content = new FormUrlEncodedContent(sent),
        };
        request.Headers.Add("Origin", origin ?? console.Server.Url.GetLeftPart(UriPartial.Authority));
        request.Headers.Add(
            "Cookie",
            string.Join(
                "; ",
                (await window.Context.CookiesAsync())
                    .Where(c => asOperator || c.Name != Cookie)
                    .Select(c => $"{c.Name}={c.Value}")
            )
        );

        using var answer = await http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        var made = expected == HttpStatusCode.Redirect && asOperator;
        Assert.Equal(
            expected == HttpStatusCode.Redirect && !made,
            answer.Headers.Location?.ToString().Contains("/operator/sign-in", StringComparison.Ordinal) ?? false
        );
        await window.GoAsync($"/operator/users?q={email}");
        await Assertions.Expect(window.Page.Locator($"[data-account='{email}']")).ToHaveCountAsync(made ? 1 : 0);
    }

    [Fact]
    public async Task S04_a_password_that_is_changed_elsewhere_ends_what_its_person_is_as_an_operator()
    {
        const string email = "changes@example.com";
        await using var window = await SecondOperatorAsync(email);
        var before = await window.Page.Locator("[data-backup]").CountAsync();
        var token = (await CookieAsync(window)).Value;
        await using var elsewhere = await console.OpenAsync();
        await elsewhere.SignInAsync(email, Passphrase);
        await elsewhere.GoAsync("/account/password");
        await elsewhere.ChangePasswordAsync(Passphrase, "another long passphrase 8");

        await elsewhere.ArriveAsync("**/o/main/**");

        // The session that changed it goes on; the operator's token does not even there.
        await KeepAsync(elsewhere, token);
        await elsewhere.GoAsync("/operator/backups");
        Assert.Contains("/operator/sign-in", elsewhere.Page.Url, StringComparison.Ordinal);
        // The other session ended with it, so that it is the ordinary sign-in that it leads to.
        await window.Button("Make one now").ClickAsync();
        await window.ArriveAsync("**/login?returnUrl=%2Foperator%2Fbackups");
        await using var first = await OperatorAsync("/operator/backups");
        await Assertions.Expect(first.Page.Locator("[data-backup]")).ToHaveCountAsync(before);
    }

    [Fact]
    public async Task S04_who_is_removed_while_a_page_is_open_changes_nothing_with_it()
    {
        const string email = "removed@example.com";
        await using var window = await SecondOperatorAsync(email);
        var before = await window.Page.Locator("[data-backup]").CountAsync();
        await using var first = await OperatorAsync("/operator");
        await first.Page.Locator($"[data-operator='{email}'] a").ClickAsync();
        await first.TypeAsync($"Type {email}", email);
        await first.Button("Remove removed as an operator").ClickAsync();
        await Assertions.Expect(first.Page.Locator($"[data-operator='{email}']")).ToHaveCountAsync(0);

        await window.Button("Make one now").ClickAsync();

        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .Not.ToHaveTextAsync("Backups");
        await first.GoAsync("/operator/backups");
        await Assertions.Expect(first.Page.Locator("[data-backup]")).ToHaveCountAsync(before);
    }

    [Fact]
    public async Task S04_signing_out_ends_the_operator_too_whoever_kept_the_cookie()
    {
        await using var window = await OperatorAsync("/operator/orgs");
        var kept = await CookieAsync(window);
        var hour = DateTimeOffset.FromUnixTimeSeconds((long)kept.Expires) - DateTimeOffset.UtcNow;
        Assert.InRange(hour, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(62));
        await window.SignOutAsync();
        Assert.DoesNotContain(await window.Context.CookiesAsync(), c => c.Name == Cookie);

        await using var again = await console.OpenSignedInAnewAsync();
        await KeepAsync(again, kept.Value);
        await again.GoAsync("/operator/orgs");

        Assert.Contains("/operator/sign-in", again.Page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.test/operator", "/operator")]
    [InlineData("//evil.test/operator", "/operator")]
    [InlineData("/o/main/apps", "/operator")]
    [InlineData("/operator/sign-out", "/operator")]
    [InlineData("/operator/log?q=op%3Asignin", "/operator/log")]
    public async Task Signing_in_leads_to_a_page_of_the_operators_and_nowhere_else(string returnUrl, string expected)
    {
        await using var window = await console.OpenSignedInAnewAsync();
        await window.GoAsync($"/operator/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");

        await SignInAsync(window, ConsoleFixture.Password);
        await window.Page.WaitForURLAsync(
            url => !url.Contains("sign-in", StringComparison.Ordinal),
            new() { WaitUntil = WaitUntilState.Commit }
        );

        Assert.Equal(
            (console.Server.Url.Authority, expected),
            (new Uri(window.Page.Url).Authority, new Uri(window.Page.Url).AbsolutePath)
        );
    }

    private const string Cookie = "__Host-palisade-operator";

    /// <summary>On the page of backups, an operator beside the first.</summary>
    private async Task<Window> SecondOperatorAsync(string email)
    {
        var window = await console.OpenAsync();
        await console.JoinAsync(window, email, Passphrase);
        await MakeOperatorAsync(email);
        await window.GoAsync("/operator/backups");
        await SignInAsync(window, Passphrase);
        await window.ArriveAsync("**/operator/backups");
        return window;
    }

    private async Task MakeOperatorAsync(string email)
    {
        await using var first = await OperatorAsync("/operator");
        await first.TypeAsync("Address of their account", email);
        await first.Button("Make them an operator").ClickAsync();
        await Assertions.Expect(first.Page.Locator($"[data-operator='{email}']")).ToHaveCountAsync(1);
    }

    /// <summary>With the operator's cookie of another window.</summary>
    private Task KeepAsync(Window window, string cookie) =>
        window.Context.AddCookiesAsync([
            new()
            {
                Name = Cookie,
                Value = cookie,
                Url = $"{console.Server.Url}",
                Secure = true,
            },
        ]);

    private static async Task<BrowserContextCookiesResult> CookieAsync(Window window) =>
        Assert.Single(await window.Context.CookiesAsync(), c => c.Name == Cookie);
}
