using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using OtpNet;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>What tests of people's pages do over the API and with invites.</summary>
internal static class PeopleSteps
{
    /// <summary>A client of the console API; as the administrator unless a token is given.</summary>
    public static HttpClient Http(this ConsoleFixture console, string? token = null)
    {
        var http = console.Server.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            token ?? console.Server.FirstRun.CliToken
        );
        return http;
    }

    /// <summary>The same as the operator that the administrator is.</summary>
    public static async Task<HttpClient> OperatorHttpAsync(this ConsoleFixture console)
    {
        using var http = console.Http();
        using var issued = await http.PostAsJsonAsync(
            "/api/v1/account/operator-tokens",
            new { password = ConsoleFixture.Password, name = "test" }
        );
        using var body = JsonDocument.Parse(await issued.Content.ReadAsStringAsync());
        return console.Http(body.RootElement.GetProperty("token").GetString());
    }

    /// <summary>The official client, as the administrator.</summary>
    public static ConvoxClient Client(this ConsoleFixture console) => ConvoxClient.Of(console.Server);

    /// <summary>Makes a role that reads racks and does that with apps. Gives its id.</summary>
    public static Task<string> MakeRoleAsync(
        this ConsoleFixture console,
        string name,
        string action,
        params string[] without
    ) =>
        console.MakeRoleAsync(
            name,
            [
                new
                {
                    type = "Application",
                    action,
                    without,
                },
                new { type = "Racks", action = "Read" },
            ]
        );

    /// <summary>Makes a role of these policies. Gives its id.</summary>
    public static async Task<string> MakeRoleAsync(this ConsoleFixture console, string name, object[] policies)
    {
        using var http = console.Http();
        using var made = await http.PostAsJsonAsync("/api/v1/orgs/main/roles", new { name, policies });
        using var body = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Sends an invite for a role on all racks, open to whoever has it.</summary>
    public static async Task<(string Link, string Token)> InviteAsync(
        this ConsoleFixture console,
        string role = "DeveloperV2"
    )
    {
        using var http = console.Http();
        using var sent = await http.PostAsJsonAsync(
            "/api/v1/orgs/main/invites",
            new { open = true, roles = new[] { new { role, racks = new { all = true } } } }
        );
        using var body = JsonDocument.Parse(await sent.Content.ReadAsStringAsync());
        var link = body.RootElement.GetProperty("link").GetString()!;
        return (link, link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>Makes an account in the window with an invite, which signs it in.</summary>
    public static async Task JoinAsync(
        this ConsoleFixture console,
        Window window,
        string email,
        string password,
        string role = "DeveloperV2"
    )
    {
        await window.GoAsync((await console.InviteAsync(role)).Link);
        await window.Page.GetByLabel("Email").FillAsync(email);
        await window.Page.GetByLabel("Your name").FillAsync(email.Split('@')[0]);
        await window.Page.GetByLabel("Password").FillAsync(password);
        await window
            .Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Create account and join" })
            .ClickAsync();
        await window.ArriveAsync("**/o/main/apps");
    }

    /// <summary>Makes a deploy key for all racks. Gives its secret.</summary>
    public static async Task<string> IssueKeyAsync(this ConsoleFixture console, string name)
    {
        using var http = console.Http();
        using var made = await http.PostAsJsonAsync(
            "/api/v1/orgs/main/keys",
            new { name, racks = new { kind = "AllowAll" } }
        );
        using var body = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("secret").GetString()!;
    }

    /// <summary>
    /// Gives the administrator a second factor, proven for the token of the client. Gives the recovery codes.
    /// </summary>
    public static async Task<ImmutableArray<string>> EnrollAdministratorAsync(
        this ConsoleFixture console,
        HttpClient http
    )
    {
        using var begun = await http.PostAsJsonAsync(
            "/api/v1/account/second-factor",
            new { password = ConsoleFixture.Password }
        );
        using var draft = JsonDocument.Parse(await begun.Content.ReadAsStringAsync());
        var secret = Base32Encoding.ToBytes(draft.RootElement.GetProperty("secret").GetString());
        using var confirmed = await http.PostAsJsonAsync(
            "/api/v1/account/second-factor/confirm",
            new { code = new Totp(secret).ComputeTotp() }
        );
        Assert.True(confirmed.IsSuccessStatusCode, await confirmed.Content.ReadAsStringAsync());
        using var answer = JsonDocument.Parse(await confirmed.Content.ReadAsStringAsync());
        return [.. answer.RootElement.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!)];
    }

    /// <summary>Sets up a second factor of who uses the window. Gives the recovery codes.</summary>
    public static async Task<IReadOnlyList<string>> EnrollAsync(this Window window, string password)
    {
        await window.GoAsync("/account/second-factor");
        await window.Page.GetByLabel("Your password").FillAsync(password);
        await window.Button("Set up").ClickAsync();
        var shown = await window.Page.Locator("details code").TextContentAsync();
        var secret = Base32Encoding.ToBytes(shown!.Replace(" ", "", StringComparison.Ordinal));
        await window.Page.GetByLabel("Code from your app").FillAsync(new Totp(secret).ComputeTotp());
        await window.Button("Confirm").ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).WaitForAsync();
        return await window.Page.GetByRole(AriaRole.Listitem).AllTextContentsAsync();
    }

    public static async Task RequireSecondFactorAsync(this HttpClient http, bool required)
    {
        using var changed = await http.PatchAsJsonAsync(
            "/api/v1/orgs/main/settings",
            new { requireSecondFactor = required }
        );
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
    }
}
