using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class InviteTests(ConsoleFixture console)
{
    [Fact]
    public async Task An_invitation_is_opened_from_its_link_and_its_token_stays_in_no_address()
    {
        var (link, token) = await InviteAsync();
        await using var window = await console.OpenAsync();
        var urls = new List<string>();
        window.Page.Request += (_, request) => urls.Add(request.Url);

        await window.GoAsync(link);
        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Join main" }))
            .ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        await window.ShootAsync("invite-wide-light");
        Assert.EndsWith("/login/invite", window.Page.Url, StringComparison.Ordinal);
        await window.Page.GetByLabel("Email").FillAsync("newcomer@example.test");
        await window.Page.GetByLabel("Your name").FillAsync("New Comer");
        await window.Page.GetByLabel("Password").FillAsync("violet ladder 88 hums");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();

        await window.Page.WaitForURLAsync("**/o/main/apps");
        Assert.DoesNotContain(urls, url => new Uri(url).PathAndQuery.Contains(token, StringComparison.Ordinal));
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task S29_Who_is_removed_loses_the_open_page_within_5_s()
    {
        var (link, _) = await InviteAsync();
        await using var window = await console.OpenAsync();
        await window.GoAsync(link);
        await window.Page.GetByLabel("Email").FillAsync("leaver@example.test");
        await window.Page.GetByLabel("Your name").FillAsync("Leaver");
        await window.Page.GetByLabel("Password").FillAsync("violet ladder 88 hums");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await window.Page.WaitForURLAsync("**/o/main/apps");
        await window.LiveAsync();
        using var http = Http();
        using var members = JsonDocument.Parse(await http.GetStringAsync("/api/v1/orgs/main/members"));
        var id = members
            .RootElement.GetProperty("items")
            .EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == "Leaver")
            .GetProperty("id")
            .GetString();

        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var removed = await http.PostAsJsonAsync(
            $"/api/v1/orgs/main/members/{id}/remove",
            new { roll = Array.Empty<string>() }
        );
        Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync());

        await Assertions.Expect(window.Page.Locator(".rack")).ToHaveCountAsync(0, new() { Timeout = 10_000 });
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private HttpClient Http()
    {
        var http = console.Server.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            console.Server.FirstRun.CliToken
        );
        return http;
    }

    private async Task<(string Link, string Token)> InviteAsync()
    {
        using var http = Http();
        using var sent = await http.PostAsJsonAsync(
            "/api/v1/orgs/main/invites",
            new { open = true, roles = new[] { new { role = "DeveloperV2", racks = new { all = true } } } }
        );
        using var body = JsonDocument.Parse(await sent.Content.ReadAsStringAsync());
        var link = body.RootElement.GetProperty("link").GetString()!;
        return (link, link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..]);
    }
}
