using System.Net;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages of roles.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class RolePagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Passphrase = "a long enough passphrase";
    private const string Roles = "/o/main/roles";

    [Fact]
    public async Task Roles_are_found_by_what_they_say_and_one_is_read_as_matrix_and_as_text_with_who_has_it()
    {
        var id = await console.MakeRoleAsync(
            "Web readers",
            [
                new
                {
                    type = "Application",
                    action = "Read",
                    on = new { names = new[] { "web" } },
                    without = new[] { "app.env.reveal" },
                },
                new { type = "Racks", action = "Read" },
                new
                {
                    type = "Billing",
                    action = "Write",
                    deny = true,
                },
            ]
        );
        await using var holder = await console.OpenAsync();
        await console.JoinAsync(holder, "web-reader@example.com", Passphrase, id);
        await using var window = await console.OpenSignedInAsync();
        await window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByText("Roles").ClickAsync();
        await window.ArriveAsync($"**{Roles}");
        var row = window.Page.Locator("[data-role='Web readers']");
        await Assertions.Expect(row).ToContainTextAsync("1 person");
        await Assertions.Expect(row).ToContainTextAsync("your own");
        await Assertions.Expect(row).ToContainTextAsync("Application:Read on web without 1 of it");
        await window.GoAsync($"{Roles}?q=all+of+billing");
        await Assertions.Expect(window.Page.Locator("[data-role]")).ToHaveCountAsync(1);

        await row.GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync($"**{Roles}/role-*");
        var apps = window.Page.Locator("[data-type=Application]");
        await Assertions.Expect(apps.Locator("[data-word=Depends]")).ToContainTextAsync("Allowed on web");
        await Assertions.Expect(apps.Locator("[data-word=Depends]")).ToContainTextAsync("app.get");
        await Assertions.Expect(apps.Locator("[data-word=Nothing]").First).ToContainTextAsync("app.env.reveal");
        await Assertions.Expect(window.Page.Locator("[data-type=Billing]")).ToContainTextAsync("Refused");
        await Assertions.Expect(window.Page.Locator("[data-holders]")).ToContainTextAsync("web-reader");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Text", Exact = true }).ClickAsync();
        var text = window.Page.Locator("[data-text] pre");
        await Assertions.Expect(text).ToContainTextAsync("allow: Application:Read");
        await Assertions.Expect(text).ToContainTextAsync("deny: Billing");
        await window.Page.GoBackAsync();
        await Assertions.Expect(apps).ToHaveCountAsync(1);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_a_reader_may_not_see_of_roles_is_explained()
    {
        var readers = await console.MakeRoleAsync("No roles", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "roleless@example.com", Passphrase, readers);
        foreach (var path in new[] { Roles, $"{Roles}/Administrator", $"{Roles}/x" })
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(role.list)");
            await Assertions.Expect(reader.Page.Locator("[data-role], [data-type]")).ToHaveCountAsync(0);
        }

        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/roles")).Status);
        var listers = await console.MakeRoleAsync("Role readers", [new { type = "Roles", action = "Read" }]);
        await using var lister = await console.OpenAsync();
        await console.JoinAsync(lister, "lister@example.com", Passphrase, listers);
        await lister.GoAsync($"{Roles}/Administrator");
        var holders = lister.Page.Locator("[data-holders]");
        await Assertions.Expect(holders).ToContainTextAsync("takes member.list");
        await Assertions.Expect(holders).ToContainTextAsync("takes key.list");
        await Assertions.Expect(holders.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Roles}/{Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("There is no such role.");
        await window.GoAsync($"{Roles}?q={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("No role is called or says that.");
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_roles_look_right_and_axe_finds_nothing()
    {
        await console.LooksAsync(
            ("roles", Roles),
            ("roles-one", $"{Roles}/Deployer"),
            ("roles-text", $"{Roles}/Deployer?as=text")
        );
    }
}
