using System.Diagnostics;
using System.Net;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages of members and invites.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class UserPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Passphrase = "a long enough passphrase";
    private const string Users = "/o/main/users";

    [Fact]
    public async Task Somebody_is_invited_given_less_and_removed_and_is_out_within_five_seconds()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var list = await console.OpenSignedInAsync();
        await list.GoAsync(Users);
        await window.GoAsync($"{Users}/invite");
        await window.LiveAsync();
        await window.TypeAsync("Email", "ana@example.com");
        var preview = window.Page.Locator(".preview");
        await Assertions.Expect(preview).ToContainTextAsync("Choose a role.");
        await window.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("DeveloperV2");
        await window.TypeAsync("Names of racks", "local");
        await Assertions.Expect(preview).ToContainTextAsync("release.promote");
        await Assertions.Expect(preview).Not.ToContainTextAsync("member.remove");
        await window.Button("Make the invite").ClickAsync();
        var link = await window.Page.Locator(".issued .secret code").InnerTextAsync();
        var invited = list.Page.Locator("[data-invite]").Filter(new() { HasText = "ana@example.com" });
        await Assertions.Expect(invited).ToHaveCountAsync(1);

        await using var ana = await console.OpenAsync();
        await ana.GoAsync(new Uri(link).PathAndQuery + new Uri(link).Fragment);
        await ana.Page.GetByLabel("Your name").FillAsync(Markup);
        await ana.Page.GetByLabel("Password").FillAsync(Passphrase);
        await ana.Button("Create account and join").ClickAsync();
        await ana.ArriveAsync("**/o/main/apps");
        await ana.LiveAsync();
        var row = list.Page.Locator("[data-member='ana@example.com']");
        await Assertions.Expect(row).ToContainTextAsync($"{Markup}");
        await Assertions.Expect(row).ToContainTextAsync("DeveloperV2 on local");
        await Assertions.Expect(invited).ToHaveCountAsync(0);

        await row.GetByRole(AriaRole.Link).ClickAsync();
        await list.ArriveAsync($"**{Users}/*");
        await list.LiveAsync();
        var may = list.Page.Locator("[data-may]");
        await Assertions.Expect(may).ToContainTextAsync("release.promote");
        await list.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("Auditor");
        await Assertions.Expect(list.Page.Locator(".preview")).Not.ToContainTextAsync("release.promote");
        await list.Button($"Give {Markup} these roles").ClickAsync();
        await Assertions.Expect(may).Not.ToContainTextAsync("release.promote");
        await Assertions.Expect(list.Page.Locator("main img")).ToHaveCountAsync(0);

        await ana.GoAsync("/o/main/racks");
        await ana.LiveAsync();
        var took = await window.LoadTimeAsync("/o/main/racks");
        await list.Page.GetByLabel("Type ana@example.com to remove them").FillAsync("ana@example.com");
        await list.Button($"Remove {Markup}").ClickAsync();
        await list.ArriveAsync($"**{Users}");
        var clock = Stopwatch.StartNew();
        await Assertions.Expect(ana.Page.Locator("[data-rack]")).ToHaveCountAsync(0);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5) + (2 * took));
        Assert.Equal((int)HttpStatusCode.NotFound, (await ana.GoAsync("/o/main/racks")).Status);
        Assert.Empty(list.Faults);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task The_last_administrator_stays_and_an_invite_is_revoked()
    {
        await using var window = await console.OpenSignedInAsync();
        var (link, _) = await console.InviteAsync();
        await window.GoAsync(Users);
        await window.LiveAsync();
        var invites = window.Page.Locator("[data-invite]");
        var before = await invites.CountAsync();

        // The newest first.
        await invites.First.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(invites).ToHaveCountAsync(before - 1);
        await using var late = await console.OpenAsync();
        await late.GoAsync(new Uri(link).PathAndQuery + new Uri(link).Fragment);
        await Assertions.Expect(late.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();

        await window.Page.Locator($"[data-member='{console.Email}']").GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync($"**{Users}/*");
        await window.LiveAsync();
        await window.Page.GetByLabel($"Type {console.Email} to remove them").FillAsync(console.Email);
        await window.Button("Remove Administrator").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("dministrator");
        await window.GoAsync(Users);
        await Assertions.Expect(window.Page.Locator($"[data-member='{console.Email}']")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_a_reader_may_not_see_or_do_about_users_is_explained()
    {
        var readers = await console.MakeRoleAsync("No users", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "userless@example.com", Passphrase, readers);
        foreach (
            var (path, lacks) in new[]
            {
                (Users, "member.list"),
                ($"{Users}/x", "member.list"),
                ($"{Users}/invite", "invite.create"),
            }
        )
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync($"({lacks})");
            await Assertions.Expect(reader.Page.Locator("[data-member], form.key-form")).ToHaveCountAsync(0);
        }

        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/users")).Status);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Users}/{Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("They are no member.");
        await window.GoAsync($"{Users}?q={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nobody is called like that.");
        await window.GoAsync($"{Users}/invite");
        await window.LiveAsync();
        await window.TypeAsync("Email", Markup);
        await window.TypeAsync("Names of racks", Markup);
        await window.Button("Make the invite").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("main img, .issued")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_users_look_right_and_axe_finds_nothing()
    {
        await using var window = await console.OpenSignedInAsync();
        await console.InviteAsync();
        await window.GoAsync(Users);
        await window.Page.Locator($"[data-member='{console.Email}']").GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync($"**{Users}/*");
        var path = new Uri(window.Page.Url).AbsolutePath;

        await console.LooksAsync(("users", Users), ("users-invite", $"{Users}/invite"), ("users-one", path));

        await window.GoAsync(Users);
        await window.LiveAsync();
        await window.Page.Locator("[data-invite]").First.GetByRole(AriaRole.Button).ClickAsync();
    }
}
