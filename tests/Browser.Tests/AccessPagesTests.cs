using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>Who can, what somebody can, and why.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class AccessPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Passphrase = "a long enough passphrase";
    private const string Access = "/o/main/access";

    [Fact]
    public async Task Who_can_is_asked_narrowed_down_and_followed_to_why_and_changes_by_itself()
    {
        await using var wanda = await console.OpenAsync();
        await console.JoinAsync(wanda, "wanda@example.com", Passphrase);
        await console.IssueKeyAsync("who-can-ci");
        await using var window = await console.OpenSignedInAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Access", Exact = true }).ClickAsync();
        await window.ArriveAsync($"**{Access}");
        await window.LiveAsync();

        // By keyboard alone.
        await window.Page.GetByLabel("Operation").SelectOptionAsync("release.promote");
        await window.Page.GetByLabel("On", new() { Exact = true }).FocusAsync();
        await window.Page.Keyboard.TypeAsync("local/shop");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync($"**{Access}?op=release.promote&on=local%2Fshop**");
        await window.LiveAsync();
        var rows = window.Page.Locator("[data-able]");
        var hers = rows.Filter(new() { HasText = "wanda@example.com" });
        await Assertions.Expect(hers).ToContainTextAsync("role DeveloperV2: Application:Write");
        await Assertions.Expect(hers).ToContainTextAsync("role DeveloperV2: Racks:Read");
        await Assertions.Expect(rows.Filter(new() { HasText = console.Email })).ToHaveCountAsync(1);
        await Assertions
            .Expect(rows.Filter(new() { HasText = "who-can-ci" }))
            .ToContainTextAsync("deploy key defaults");

        var facets = window.Page.Locator(".facets");
        await facets.GetByRole(AriaRole.Link, new() { Name = "Deploy keys" }).ClickAsync();
        await window.ArriveAsync("**kind=key**");
        await Assertions.Expect(hers).ToHaveCountAsync(0);
        await Assertions.Expect(rows.Filter(new() { HasText = "who-can-ci" })).ToHaveCountAsync(1);
        await facets.GetByRole(AriaRole.Link, new() { Name = "Deploy keys" }).ClickAsync();
        await window.Page.GetByLabel("Called").FillAsync("WANDA");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync("**q=WANDA");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        var address = window.Page.Url;
        var id = await rows.GetAttributeAsync("data-able");

        await rows.GetByRole(AriaRole.Link, new() { Name = "Why" }).ClickAsync();
        await window.ArriveAsync($"**{Access}/why?**");
        await window.LiveAsync();
        var verdict = window.Page.Locator("[data-allowed]");
        await Assertions.Expect(verdict).ToContainTextAsync("wanda can release.promote on app local/shop");
        await SetRolesAsync(id!, "Auditor");
        await Assertions.Expect(verdict).ToContainTextAsync("wanda can't release.promote on app local/shop");
        await Assertions
            .Expect(window.Page.Locator("[data-smallest]"))
            .ToContainTextAsync("Application:release.promote on app local/shop");
        await window.GoAsync(new Uri(address).PathAndQuery);
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nobody who can is like that");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_refusal_is_explained_from_its_record_and_from_the_page_that_refuses()
    {
        var role = await console.MakeRoleAsync("Why not", "Read");
        await using var nora = await console.OpenAsync();
        await console.JoinAsync(nora, "nora@example.com", Passphrase, role);
        await nora.GoAsync("/o/main/users");
        await nora.LiveAsync();
        await nora.Page.GetByRole(AriaRole.Link, new() { Name = "Why member.list is refused" }).ClickAsync();
        await nora.ArriveAsync($"**{Access}/why?**op=member.list**");
        var verdict = nora.Page.Locator("[data-allowed=false]");
        await Assertions.Expect(verdict).ToContainTextAsync("nora can't member.list on the organization");
        await Assertions.Expect(verdict).ToContainTextAsync("no role grants it");

        // The server's own refusal, which is on record.
        Assert.Equal((int)HttpStatusCode.Forbidden, (await nora.GoAsync("/o/main/audit/export?format=csv")).Status);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync("/o/main/audit?q=op%3Aaudit.export%20result%3Adenied%20actor%3Anora");
        var record = window.Page.Locator("[data-record]").First;
        await Assertions.Expect(record).ToBeVisibleAsync();
        await record.GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync("**/o/main/audit/*");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Why it was refused" }).ClickAsync();
        await window.ArriveAsync($"**{Access}/why?decision=*");
        await window.LiveAsync();
        await Assertions.Expect(window.Page.Locator("[data-leg='audit.export']")).ToContainTextAsync("Refused");
        await Assertions.Expect(window.Page.Locator("[data-smallest]")).ToContainTextAsync("AuditLogs:audit.export");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "How it would be decided now" }).ClickAsync();
        await window.ArriveAsync($"**{Access}/why?who=*");
        await Assertions
            .Expect(window.Page.Locator("[data-allowed=false]"))
            .ToContainTextAsync("nora can't audit.export");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task All_that_a_member_an_invite_and_a_key_can_is_shown_with_why_and_why_not()
    {
        await console.IssueKeyAsync("what-can-ci");
        await console.InviteAsync("Auditor");
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Access}/what?who=what-can-ci&on=local%2Fshop");
        await window.LiveAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "what-can-ci" }).ClickAsync();
        await window.ArriveAsync($"**{Access}/what?who=key-*");
        await window.LiveAsync();
        var may = window.Page.Locator("[data-operation='release.promote']");
        var mayNot = window.Page.Locator("[data-operation='app.delete']");
        await Assertions.Expect(may).ToContainTextAsync("deploy key defaults");
        await Assertions.Expect(mayNot).ToContainTextAsync("no role grants it");
        await window.Page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("cannot");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await window.ArriveAsync("**verdict=cannot");
        await Assertions.Expect(may).ToHaveCountAsync(0);
        await Assertions.Expect(mayNot).ToHaveCountAsync(1);

        await window.GoAsync("/o/main/users");
        await window.LiveAsync();
        await window
            .Page.Locator("[data-invite]")
            .Filter(new() { HasText = "Auditor" })
            .First.GetByRole(AriaRole.Link)
            .ClickAsync();
        await window.ArriveAsync($"**{Access}/what?who=*");
        await Assertions.Expect(window.Page.Locator("[data-operation='audit.read']")).ToContainTextAsync("Can");
        await Assertions.Expect(window.Page.Locator("[data-operation='member.remove']")).ToContainTextAsync("Can't");
        await window
            .Page.Locator(".facets")
            .GetByRole(AriaRole.Link, new() { Name = "local", Exact = true })
            .ClickAsync();
        await window.ArriveAsync("**on=local");
        await Assertions.Expect(window.Page.Locator("[data-operation='rack.update']")).ToContainTextAsync("Can't");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_nobody_used_of_a_role_and_what_a_member_did_not_use_is_told()
    {
        var role = await console.MakeRoleAsync("Idle role", "Read");
        await using var ida = await console.OpenAsync();
        await console.JoinAsync(ida, "ida@example.com", Passphrase, role);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Access}/unused");
        await window.LiveAsync();
        await window.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(role);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show what is unused" }).ClickAsync();
        await window.ArriveAsync("**/unused?of=*");
        var sized = window.Page.Locator($"[data-unused='{role}']");
        await Assertions.Expect(sized).ToContainTextAsync("app.env.get");

        await window.GoAsync($"{Access}/what?who=ida%40example.com");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "ida", Exact = true }).ClickAsync();
        await window.ArriveAsync($"**{Access}/what?who=*");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "What of it was not used" }).ClickAsync();
        await window.ArriveAsync("**/unused?of=*");
        await Assertions.Expect(sized).ToContainTextAsync("app.env.get");
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        await window.GoAsync($"{Access}/unused?of={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("or is called like that");
        await ida.GoAsync($"{Access}/unused?of={role}");
        await Assertions.Expect(ida.Page.Locator("main")).ToContainTextAsync("(access.explain)");
        await Assertions.Expect(ida.Page.Locator("[data-unused]")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Who_may_not_ask_about_others_is_told_what_is_missing_and_may_ask_about_themself()
    {
        var role = await console.MakeRoleAsync("No questions", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "unasking@example.com", Passphrase, role);
        await using var admin = await console.OpenSignedInAsync();
        await admin.GoAsync("/o/main/users");
        var member = admin.Page.Locator($"[data-member='{console.Email}']").GetByRole(AriaRole.Link);
        var other = (await member.GetAttributeAsync("href"))!.Split('/')[^1];
        foreach (
            var path in new[]
            {
                $"{Access}?op=app.get&on=local",
                $"{Access}/what?who={other}",
                $"{Access}/why?who={other}&op=app.get",
            }
        )
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(access.explain)");
            await Assertions
                .Expect(reader.Page.Locator("[data-able], [data-operation], main [data-allowed]"))
                .ToHaveCountAsync(0);
        }

        await reader.GoAsync($"{Access}/what?on=local");
        await Assertions.Expect(reader.Page.Locator("[data-operation='rack.get']")).ToContainTextAsync("Can");
        await Assertions.Expect(reader.Page.Locator("[data-operation='rack.update']")).ToContainTextAsync("Can't");
        await reader.GoAsync($"{Access}/why?decision=000000000000");
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("access.explain");
        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/access")).Status);
    }

    [Fact]
    public async Task What_is_asked_is_text_and_what_can_not_be_answered_says_why()
    {
        var markup = Uri.EscapeDataString(Markup);
        await using var window = await console.OpenSignedInAsync();
        foreach (
            var (path, says) in new[]
            {
                ($"{Access}?op={markup}", "There is no operation"),
                ($"{Access}?op=account.get", "There is no operation"),
                ($"{Access}?op=app.get&on={markup}", $"on rack {Markup}. The operation needs an app"),
                ($"{Access}?op=app.get&on=a%2Fb%2Fc", "names no resource"),
                ($"{Access}?op=app.get&on=local", "The operation needs an app"),
                ($"{Access}?op=app.get&on=local%2Fshop&q={markup}", "Nobody who can is like that"),
                ($"{Access}?op=app.get&on=local%2Fshop&through={markup}&kind=7", "Nobody who can is like that"),
                ($"{Access}?op=app.get&on=local%2Fshop&page=99999999", "Nobody who can is like that"),
                ($"{Access}?op=app.get&on=local%2Fshop&page=-1", console.Email),
                ($"{Access}/what?who={markup}", "or is called like that"),
                ($"{Access}/why?who={markup}&op=app.get", "or is called like that"),
                ($"{Access}/why?decision={markup}", "No decision"),
            }
        )
        {
            await window.GoAsync(path);
            await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync(says);
            await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        }

        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_access_look_right_and_axe_finds_nothing()
    {
        await console.IssueKeyAsync("looked-at-ci");
        await console.LooksAsync(
            ("access", $"{Access}?op=app.delete&on=local%2Fshop"),
            ("access-what", $"{Access}/what?on=local%2Fshop"),
            ("access-why", $"{Access}/why?op=app.delete&on=local%2Fshop"),
            ("access-unused", $"{Access}/unused?of=Administrator")
        );
    }

    private async Task SetRolesAsync(string id, string role)
    {
        using var http = console.Http();
        using var set = await http.PutAsJsonAsync(
            $"/api/v1/orgs/main/members/{id}/roles",
            new { roles = new[] { new { role, racks = new { all = true } } } }
        );
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
    }
}
