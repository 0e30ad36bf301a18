using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages on which roles are written.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class RoleFormPagesTests(ConsoleFixture console)
{
    private const string Passphrase = "a long enough passphrase";
    private const string Roles = "/o/main/roles";

    [Fact]
    public async Task A_clone_is_narrowed_as_matrix_and_as_text_previewed_saved_and_deleted()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Roles}/Deployer");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Clone" }).ClickAsync();
        await window.ArriveAsync($"**{Roles}/new?from=Deployer");
        await window.LiveAsync();
        var preview = window.Page.Locator(".preview");
        await Assertions.Expect(preview).ToContainTextAsync("A role needs a name");
        await window.TypeAsync("Name", "Web deployers");
        var first = window.Page.Locator("[data-line='1']");
        await first.GetByLabel("These", new() { Exact = true }).CheckAsync();
        await Assertions.Expect(preview).ToContainTextAsync("it needs 1 to 200 names");
        await window.TypeAsync("Names of names of line 1", "web");
        await Assertions
            .Expect(window.Page.Locator("[data-type=Application]").First)
            .ToContainTextAsync("Allowed on web");

        await window.Button("Text").ClickAsync();
        var text = window.Page.GetByLabel("The whole role");
        await Assertions.Expect(text).ToHaveValueAsync(new Regex("on: web"));
        var good = await text.InputValueAsync();
        await window.TypeAsync("The whole role", good.Replace("allow: Racks", "alow: Racks", StringComparison.Ordinal));
        await Assertions.Expect(preview.Locator("[data-refused]")).ToContainTextAsync("line ");
        await window.Button("Matrix").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("it is as you left it");
        await Assertions.Expect(text).ToHaveValueAsync(new Regex("alow: Racks"));
        await window.TypeAsync("The whole role", good);
        Assert.Empty(await window.AxeAsync());

        await window.Button("Show who gains and who loses").ClickAsync();
        await Assertions.Expect(preview).ToContainTextAsync("Nobody gains or loses anything by it now.");
        await window.Button("Make the role").ClickAsync();
        await window.ArriveAsync($"**{Roles}/role-*");
        await window.LiveAsync();
        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("Web deployers");
        await window.Page.GetByLabel("Type Web deployers to delete it").FillAsync("Web deployers");
        await window.Button("Delete Web deployers").ClickAsync();
        await window.ArriveAsync($"**{Roles}");
        await Assertions.Expect(window.Page.Locator("[data-role='Web deployers']")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_narrow_role_is_made_of_a_clone_and_given_and_says_why_it_refuses()
    {
        await using var pia = await console.OpenAsync();
        await console.JoinAsync(pia, "pia@example.com", Passphrase);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Roles}/new?from=OperatorV2");
        await window.LiveAsync();
        await window.TypeAsync("Name", "Careful operators");
        await window.Page.GetByLabel("Action of line 2").SelectOptionAsync("Read");
        await window.Button("Show who gains and who loses").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".preview")).ToContainTextAsync("Nobody gains or loses");
        await window.Button("Make the role").ClickAsync();
        await window.ArriveAsync($"**{Roles}/role-*");

        await window.GoAsync("/o/main/users?q=pia");
        await window.Page.Locator("[data-member='pia@example.com']").GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync("**/o/main/users/*");
        await window.LiveAsync();
        await window
            .Page.GetByLabel("Role 1", new() { Exact = true })
            .SelectOptionAsync(new SelectOptionValue { Label = "Careful operators" });
        await Assertions.Expect(window.Page.Locator(".preview")).ToContainTextAsync("audit.read");
        await Assertions.Expect(window.Page.Locator(".preview")).Not.ToContainTextAsync("rack.params.set");
        await window.Button("Give pia these roles").ClickAsync();
        await Assertions.Expect(window.Page.Locator("main dl")).ToContainTextAsync("Careful operators on all racks");

        await pia.GoAsync("/o/main/racks/local/parameters?BuildTimeout=60");
        await pia.LiveAsync();
        await Assertions
            .Expect(pia.Page.GetByRole(AriaRole.Button, new() { Name = "Set BuildTimeout to 60 on main/local" }))
            .ToBeDisabledAsync();
        await Assertions
            .Expect(pia.Page.GetByRole(AriaRole.Button, new() { Name = "Copy request for rack.params.set" }))
            .ToHaveAttributeAsync(
                "data-copy",
                $"Please give me Racks:Write (rack.params.set) on rack local of main, for {pia.Page.Url}"
            );
        await pia.Page.GetByRole(AriaRole.Link, new() { Name = "Why rack.params.set is refused" }).ClickAsync();
        await pia.ArriveAsync("**/access/why?**op=rack.params.set**");
        await Assertions
            .Expect(pia.Page.Locator("[data-allowed=false]"))
            .ToContainTextAsync("pia can't rack.params.set on rack local");
        Assert.Empty(window.Faults);
        Assert.Empty(pia.Faults);
    }

    [Fact]
    public async Task Who_loses_is_shown_before_saving_and_a_role_that_moved_is_not_overwritten_unseen()
    {
        var id = await console.MakeRoleAsync("Contested readers", "Read");
        await using var holder = await console.OpenAsync();
        await console.JoinAsync(holder, "contested@example.com", Passphrase, id);
        await holder.GoAsync("/account/tokens");
        await holder.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("laptop");
        await holder.Button("Make token").ClickAsync();
        using (var http = console.Http(await holder.Page.Locator(".secret code").TextContentAsync()))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/v1/orgs/main/audit/records")).StatusCode);
        }

        await using var one = await console.OpenSignedInAsync();
        await using var two = await console.OpenSignedInAsync();
        foreach (var window in new[] { one, two })
        {
            await window.GoAsync($"{Roles}/{id}/change");
            await window.LiveAsync();
        }

        await two.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mine");
        await two.Page.GetByLabel("Name", new() { Exact = true }).BlurAsync();
        await one.Page.GetByLabel("Type of line 1").SelectOptionAsync("AuditLogs");
        await one.Button("Show who gains and who loses").ClickAsync();
        var loses = one.Page.Locator("[data-effect=loses]").First;
        await Assertions.Expect(loses).ToContainTextAsync("contested");
        await Assertions.Expect(loses).ToContainTextAsync("app.");
        await Assertions.Expect(one.Page.Locator("[data-effect=gains]")).ToContainTextAsync("audit.read");
        await Assertions
            .Expect(one.Page.Locator("[data-requests] li"))
            .ToContainTextAsync("Would be allowed contested: audit.read on the organization, 1 time");
        await one.Button("Change role Contested readers").ClickAsync();
        await one.ArriveAsync($"**{Roles}/{id}");
        await Assertions
            .Expect(one.Page.Locator("main"))
            .ToContainTextAsync("It can't be deleted while somebody has it");

        var moved = two.Page.Locator("[data-moved]");
        await Assertions.Expect(moved).ToContainTextAsync("What you wrote is still here");
        await Assertions.Expect(two.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Mine");
        await two.Button("Take what it is now").ClickAsync();
        await Assertions.Expect(moved).ToHaveCountAsync(0);
        await Assertions.Expect(two.Page.GetByLabel("Type of line 1")).ToHaveValueAsync("AuditLogs");
        await Assertions
            .Expect(two.Page.GetByLabel("Name", new() { Exact = true }))
            .ToHaveValueAsync("Contested readers");
        Assert.Empty(one.Faults);
        Assert.Empty(two.Faults);
    }

    [Fact]
    public async Task What_the_writer_may_not_give_is_shown_before_saving()
    {
        var makers = await console.MakeRoleAsync("Role makers", [new { type = "Roles", action = "Write" }]);
        await using var maker = await console.OpenAsync();
        await console.JoinAsync(maker, "maker@example.com", Passphrase, makers);
        await maker.GoAsync($"{Roles}/new?from=Deployer");
        await maker.LiveAsync();
        await maker.TypeAsync("Name", "Too much");
        var preview = maker.Page.Locator(".preview");
        await Assertions.Expect(preview).ToContainTextAsync("You may not give that");
        await Assertions.Expect(maker.Page.Locator("[data-line='1'] .problem")).ToContainTextAsync("don't hold");
        await Assertions.Expect(maker.Button("Make the role")).ToHaveCountAsync(0);
        await maker.GoAsync($"{Roles}/Deployer/change");
        await Assertions.Expect(maker.Page.Locator("main")).ToContainTextAsync("Deployer is built in");
        Assert.Empty(maker.Faults);
    }

    [Fact]
    public async Task Pages_of_writing_roles_look_right_and_axe_finds_nothing()
    {
        var id = await console.MakeRoleAsync("Looked at", "Read");
        await console.LooksAsync(("roles-new", $"{Roles}/new?from=Deployer"), ("roles-change", $"{Roles}/{id}/change"));
    }
}
